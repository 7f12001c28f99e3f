"""URLs of the certificates' pages."""

from django.urls import path

from credentials.views import badges, checking, pages, pictures

urlpatterns = [
    path("certificates/", pages.certificates, name="certificates"),
    path("certificates/check/", checking.check, name="certificate-check"),
    path("certificates/new/<slug:kind>/<slug:uid>/", pages.new_certificate, name="certificate-new"),
    path("certificates/<slug:number>/", pages.certificate, name="certificate"),
    path("certificates/<slug:number>/picture.png", pictures.picture, name="certificate-picture"),
    path("certificates/<slug:number>/choices/", pages.choices, name="certificate-choices"),
    path(
        "certificates/<slug:number>/credential/",
        badges.certificate_credential,
        name="certificate-credential",
    ),
    path(
        "achievements/<slug:slug>/credential/",
        badges.achievement_credential,
        name="achievement-credential",
    ),
]
