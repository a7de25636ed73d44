"""The tasks of the lab's CivicQ: the names are CivicQ's own, the work is waiting."""
import time

from celery import shared_task


@shared_task(name="app.tasks.process_video")
def process_video(video_id, seconds=0):
    """Stands for the transcoding of one candidate's answer."""
    time.sleep(seconds)
    return {"video_id": video_id, "status": "processed"}


@shared_task(name="app.tasks.refresh_ballot")
def refresh_ballot(contest_id, seconds=0):
    """Stands for reading one contest's ballot from the election office."""
    time.sleep(seconds)
    return {"contest_id": contest_id, "status": "refreshed"}


@shared_task(name="app.tasks.send_notification")
def send_notification(user_id, seconds=0):
    """Stands for one mail to one user."""
    time.sleep(seconds)
    return {"user_id": user_id, "status": "sent"}
