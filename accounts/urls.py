"""URLs of the account pages that are not allauth's."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.views import data, notifications, profiles, push, settings, unsubscribe

urlpatterns = [
    path("u/<str:handle>/", profiles.profile, name="profile"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications-read"),
    path("notifications/<int:number>/", notifications.follow, name="notification"),
    path("notifications/<int:number>/read/", notifications.read, name="notification-read"),
    path("mail/stop/<slug:token>/", unsubscribe.mail_stop, name="mail-stop"),
    path("settings/", RedirectView.as_view(pattern_name="settings-profile"), name="settings"),
    path("settings/profile/", settings.profile, name="settings-profile"),
    path("settings/name/", settings.name, name="settings-name"),
    path("settings/preferences/", settings.preferences, name="settings-preferences"),
    path("settings/mail/", settings.mail, name="settings-mail"),
    path("settings/push/", push.settings_page, name="settings-push"),
    path("settings/push/subscribe/", push.subscribe_browser, name="push-subscribe"),
    path("settings/push/forget/", push.forget, name="push-forget"),
    path("push/stop/<slug:token>/", push.stop, name="push-stop"),
    path("push/unread.json", push.still_unread, name="push-unread"),
    path("settings/theme/", settings.theme, name="settings-theme"),
    path("settings/time-zone/", settings.zone, name="settings-zone"),
    path("settings/sessions/<int:number>/end/", settings.end_session, name="session-end"),
    path("settings/data/", data.data, name="settings-data"),
    path("settings/data/download/", data.download, name="settings-download"),
    path("settings/delete/", data.delete, name="settings-delete"),
    path("settings/delete/cancel/", data.keep, name="settings-keep"),
]
