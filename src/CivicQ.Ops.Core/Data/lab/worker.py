"""The lab's Celery application and, run as a program, its worker. Reads settings.json of its working folder, which only its owner may read."""
import json
import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_ready

FOLDER = Path(__file__).resolve().parent.parent
SETTINGS = json.loads((FOLDER / "settings.json").read_text())

app = Celery("civicq", broker=SETTINGS["broker"], backend=SETTINGS["broker"], include=["app.tasks"])
app.conf.task_default_queue = SETTINGS["queue"]
app.conf.broker_transport_options = {"visibility_timeout": 3600}
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_send_task_events = True
app.conf.task_send_sent_event = True
app.conf.result_expires = 3600


@worker_ready.connect
def announce(**_):
    (FOLDER / "celery.ready").write_text(str(os.getpid()))


def detach():
    """Parts from the shell that started the lab: own session, standard streams to the log."""
    os.setsid()
    log = os.open(FOLDER / "celery.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    (FOLDER / "celery.pid").write_text(f"{os.getpid()}\n")


if __name__ == "__main__":
    detach()
    # The module by its own name, so that the pool's children and this process mean the same application.
    from app.worker import app as application
    application.worker_main(["worker", "--loglevel", "INFO", "--concurrency", "2", "--queues", SETTINGS["queue"],
                             "--hostname", "worker1@civicq-lab", "--without-mingle", "--without-gossip"])
