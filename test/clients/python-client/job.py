"""Does a whole job with a client from openapi-python-client: from a dataset of its own to annotations.

Raises when an answer is not what it should be. The environment names the API and what to work with.
"""

import json
import os
import time
from collections.abc import Callable
from typing import TypeVar

from groundwork_client import AuthenticatedClient
from groundwork_client.api.batches import (
    create_batch,
    get_batch,
    get_copy,
    get_manifest,
    list_batch_images,
    list_batches,
    start_copy,
    write_manifest,
)
from groundwork_client.api.datasets import get_dataset, import_dataset, register_dataset, resolve_classes
from groundwork_client.api.labeling_jobs import create_labeling_job, get_labeling_job, list_annotations
from groundwork_client.api.webhooks import get_webhook, register_webhook
from groundwork_client.api.workteams import list_workteams
from groundwork_client.models import (
    AnnotationPage,
    Batch,
    BatchImage,
    BatchImagePage,
    BatchListItemPage,
    BatchPreview,
    BatchRequest,
    BoxFlag,
    CopyProgress,
    Dataset,
    DatasetRegistration,
    DatasetSources,
    LabeledAnnotation,
    LabelingJob,
    LabelingJobRequest,
    ManifestReport,
    ManifestRequest,
    Problem,
    ResolveClassesRequest,
    ResolvedClasses,
    UnreadableBatch,
    VerifiedAnnotation,
    Webhook,
    WebhookRequest,
    WebhookRequestEventsItem,
    WebhookWithSecret,
    WorkteamPage,
)
from groundwork_client.types import UNSET, Unset

NAME = "python-client"
Answer = TypeVar("Answer")

client = AuthenticatedClient(base_url=os.environ["GROUNDWORK_API"], token=os.environ["GROUNDWORK_TOKEN"])


def expect(answer: object, kind: type[Answer]) -> Answer:
    """Returns an answer of the expected type. Raises its problem if it has one."""
    if isinstance(answer, Problem):
        raise AssertionError(f"{answer.code}: {answer.detail}")
    assert isinstance(answer, kind), f"{type(answer)}, not {kind}"
    return answer


def poll(read: Callable[[], Answer], is_done: Callable[[Answer], bool]) -> Answer:
    """Reads until it is done."""
    for _ in range(600):
        answer = read()
        if is_done(answer):
            return answer
        time.sleep(0.1)
    raise AssertionError("Waited for a minute")


def run_import() -> str:
    dataset = f"{NAME}-sample"
    source = expect(get_dataset.sync("sample-train", client=client), Dataset)
    # Only what is required.
    registration = DatasetRegistration(
        title=NAME,
        image_location=source.image_location,
        sources=DatasetSources(
            annotations=source.sources.annotations,
            class_descriptions=source.sources.class_descriptions,
            hierarchy=source.sources.hierarchy,
        ),
    )
    registered = expect(register_dataset.sync(dataset, client=client, body=registration), Dataset)
    assert registered.state == "registered"
    expect(import_dataset.sync(dataset, client=client), Dataset)
    ready = poll(
        lambda: expect(get_dataset.sync(dataset, client=client), Dataset),
        lambda found: found.state not in ("registered", "importing"),
    )
    assert (ready.state, ready.image_count) == ("ready", 20)
    return dataset


def choose_images(dataset: str) -> str:
    names = ["Person", "Tree"]
    resolved = expect(
        resolve_classes.sync(dataset, client=client, body=ResolveClassesRequest(class_names=names)), ResolvedClasses
    )
    assert [one.class_id for one in resolved.classes] == ["/m/01g317", "/m/07j7r"]
    batch = f"{NAME}-batch"
    # Only what is required.
    request = BatchRequest(dataset=dataset, class_names=names, examples_per_class=2)
    preview = expect(create_batch.sync(batch, client=client, body=request, validate_only=True), BatchPreview)
    assert preview.image_count == 4
    created = expect(create_batch.sync(batch, client=client, body=request), Batch)
    assert (created.state, created.image_count, created.request.strategy) == ("selected", 4, "auto")
    assert created.created_at.tzinfo is not None
    return batch


def copy_images(batch: str) -> None:
    expect(start_copy.sync(batch, client=client), CopyProgress)
    progress = poll(
        lambda: expect(get_copy.sync(batch, client=client), CopyProgress),
        lambda found: found.state not in ("queued", "copying"),
    )
    assert (progress.state, progress.copied) == ("copied", 4)


def read_images(batch: str) -> None:
    images: list[BatchImage] = []
    cursor: str | Unset = UNSET
    while True:
        page = expect(list_batch_images.sync(batch, client=client, limit=3, cursor=cursor), BatchImagePage)
        images += page.items
        cursor = page.next_cursor
        if isinstance(cursor, Unset):
            break
    assert len(images) == 4
    flags = [box.is_occluded for image in images for box in image.boxes]
    assert flags and all(isinstance(flag, BoxFlag) for flag in flags)
    assert all(image.copy == "copied" for image in images)


def make_manifest(batch: str) -> None:
    written = expect(write_manifest.sync(batch, client=client, body=ManifestRequest()), ManifestReport)
    assert (written.lines, written.omitted) == (4, [])
    lines = expect(get_manifest.sync(batch, client=client), str).splitlines()
    assert len(lines) == 4
    assert all("source-ref" in json.loads(line) for line in lines)


def label(batch: str) -> None:
    job = f"{NAME}-job"
    team = expect(list_workteams.sync(client=client), WorkteamPage).items[0]
    # Only what is required.
    request = LabelingJobRequest(batch=batch, workteam_arn=team.workteam_arn)
    created = expect(create_labeling_job.sync(job, client=client, body=request), LabelingJob)
    assert not isinstance(created.request, Unset) and created.request.workers_per_object == 5
    ended = poll(
        lambda: expect(get_labeling_job.sync(job, client=client), LabelingJob),
        lambda found: not isinstance(found.output, Unset),
    )
    assert not isinstance(ended.output, Unset)
    assert (ended.status, ended.output.lines) == ("Completed", 4)
    items = expect(list_annotations.sync(job, client=client), AnnotationPage).items
    boxes = [box for item in items if isinstance(item, LabeledAnnotation) for box in item.boxes]
    assert boxes and all(box.class_index <= 1 and box.width >= 0 for box in boxes)


def read_unions() -> None:
    """Reads lists whose items have different types."""
    items = expect(list_annotations.sync("base-job", client=client), AnnotationPage).items
    outcomes = {item.outcome for item in items}
    assert outcomes == {"failed", "foreign", "labeled", "unlabeled", "unreadable", "verified"}
    assert {type(item).__name__ for item in items} == {f"{outcome.capitalize()}Annotation" for outcome in outcomes}
    assert [item.verdict for item in items if isinstance(item, VerifiedAnnotation)] == ["Correct"]
    batches = expect(list_batches.sync(client=client), BatchListItemPage).items
    assert [one.problem.code for one in batches if isinstance(one, UnreadableBatch)] == ["corrupt-state"]


def make_webhook() -> None:
    hook = f"{NAME}-hook"
    request = WebhookRequest(url=os.environ["RECEIVER_URL"], events=[WebhookRequestEventsItem.BATCH_COPIED])
    expect(register_webhook.sync(hook, client=client, body=request), WebhookWithSecret)
    webhook = expect(get_webhook.sync(hook, client=client), Webhook)
    assert (webhook.state, webhook.events) == ("enabled", ["batch.copied"])


def read_problems(dataset: str) -> None:
    missing = get_batch.sync("nowhere", client=client)
    assert isinstance(missing, Problem)
    assert (missing.status, missing.code) == (404, "not-found")
    request = ResolveClassesRequest(class_names=["Persn"])
    unknown = resolve_classes.sync(dataset, client=client, body=request)
    assert isinstance(unknown, Problem)
    assert (unknown.code, unknown.errors[0].at) == ("unknown-class", "body.classNames[0]")
    suggestions = unknown.errors[0].suggestions
    assert not isinstance(suggestions, Unset) and "Person" in suggestions


dataset = run_import()
batch = choose_images(dataset)
copy_images(batch)
read_images(batch)
make_manifest(batch)
label(batch)
read_unions()
make_webhook()
read_problems(dataset)
