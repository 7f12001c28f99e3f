"""Django's admin works under the strict Content-Security-Policy and Trusted Types."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin_page(new_context, staff, client, live_server):
    """A page signed in as staff that records the browser's errors."""
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


def test_no_page_of_the_admin_breaks_the_policy(admin_page, staff, learner):
    group = Group.objects.create(name="Writers")
    addresses = [
        "/admin/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{staff.pk}/change/",
        f"/admin/accounts/user/{learner.pk}/change/",
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


def test_the_widgets_of_the_admin_work(admin_page):
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
