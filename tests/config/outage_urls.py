"""The site's addresses, and one that writes a row and answers only when it is kept."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts.models import Notification, User
from config.urls import handler500 as handler500
from config.urls import urlpatterns as site_patterns


@csrf_exempt
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Tell a learner something, once; 200 means that it is in the database."""
    learner = User.objects.get(handle="writer")
    Notification.objects.create(
        learner=learner, key=f"n{number}", kind="test", text=str(number), url="/"
    )
    return HttpResponse("kept")


urlpatterns = [path("test-write/<int:number>/", write), *site_patterns]
