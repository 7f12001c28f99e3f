"""Django's admin works under the strict Content-Security-Policy and Trusted Types."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin_page(new_context, staff, client, live_server):
    """A page signed in as staff that notes every complaint of the browser."""
    client.force_login(staff)
    context = new_context()
    name = settings.SESSION_COOKIE_NAME
    url = live_server.url.replace("127.0.0.1", "localhost")
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: line.type == "error" and page.complaints.append(line.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.fixture
def people_in_the_admin():
    """An admin for two models: the user for every widget, the group for the filter box."""
    added = [model for model in (Group, User) if not admin.site.is_registered(model)]
    for model in added:
        options = {"filter_horizontal": ("permissions",)} if model is Group else {}
        admin.site.register(model, type("TestAdmin", (admin.ModelAdmin,), options))
    clear_urls()
    yield
    for model in added:
        admin.site.unregister(model)
    clear_urls()


def clear_urls():
    from importlib import reload

    from django.urls import clear_url_caches

    import config.urls

    reload(config.urls)
    clear_url_caches()


def test_no_page_of_the_admin_breaks_the_policy(admin_page, people_in_the_admin, staff):
    group = Group.objects.create(name="Writers")
    addresses = [
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        f"/admin/accounts/user/{staff.pk}/change/",
        f"/admin/auth/group/{group.pk}/change/",
        f"/admin/auth/group/{group.pk}/history/",
        f"/admin/auth/group/{group.pk}/delete/",
        "/en/admin/auth/group/add/",
    ]
    for address in addresses:
        response = admin_page.goto(address)
        assert response.status == 200, address
        admin_page.wait_for_load_state("networkidle")
        assert not admin_page.complaints, address


def test_the_widgets_of_the_admin_work(admin_page, people_in_the_admin):
    group = Group.objects.create(name="Writers")
    admin_page.goto(f"/admin/auth/group/{group.pk}/change/")
    admin_page.fill("#id_permissions_input", "quest")
    admin_page.click("#id_permissions_add_all, #id_permissions_add_all_link")
    admin_page.click("[name=_save]")
    admin_page.wait_for_url("**/auth/group/")
    assert group.permissions.count() > 0
    assert not admin_page.complaints


def test_the_admins_policy_still_refuses_html_that_runs(admin_page):
    admin_page.goto("/admin/")
    refused = admin_page.evaluate(
        """() => [
          '<img src=x onerror="a()">', '<script>1<\\/script>', '<a href="javascript:a()">x</a>']
        .map((html) => { try { document.createElement('p').innerHTML = html; return false; }
                         catch { return true; } })"""
    )
    assert refused == [True, True, True]


def test_pages_outside_the_admin_have_no_default_policy(page):
    response = page.goto("/robots.txt")
    directives = response.headers["content-security-policy"].split("; ")
    assert "trusted-types fragment" in directives
