"""Does a whole job with a client from openapi-generator: from a dataset of its own to annotations.

Raises when an answer is not what it should be. The environment names the API and what to work with.
"""

import json
import os
import time
from collections.abc import Callable
from typing import TypeVar

from groundwork_client import (
    ApiClient,
    BatchesApi,
    BatchImage,
    BatchRequest,
    BoxFlag,
    Configuration,
    DatasetRegistration,
    DatasetsApi,
    DatasetSources,
    LabeledAnnotation,
    LabelingJobRequest,
    LabelingJobsApi,
    ManifestRequest,
    Problem,
    ResolveClassesRequest,
    UnreadableBatch,
    VerifiedAnnotation,
    WebhookRequest,
    WebhooksApi,
    WorkteamsApi,
)
from groundwork_client.exceptions import NotFoundException, UnprocessableEntityException
from groundwork_client.models.batch import Batch
from groundwork_client.models.batch_preview import BatchPreview
from groundwork_client.models.labeling_job import LabelingJob

NAME = "openapi-generator"
Answer = TypeVar("Answer")

client = ApiClient(
    Configuration(host=os.environ["GROUNDWORK_API"], access_token=os.environ["GROUNDWORK_TOKEN"])
)
batches = BatchesApi(client)
datasets = DatasetsApi(client)
jobs = LabelingJobsApi(client)
webhooks = WebhooksApi(client)


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
    source = datasets.get_dataset("sample-train")
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
    assert datasets.register_dataset(dataset, registration).state == "registered"
    datasets.import_dataset(dataset)
    ready = poll(
        lambda: datasets.get_dataset(dataset),
        lambda found: found.state not in ("registered", "importing"),
    )
    assert (ready.state, ready.image_count) == ("ready", 20)
    return dataset


def choose_images(dataset: str) -> str:
    names = ["Person", "Tree"]
    resolved = datasets.resolve_classes(dataset, ResolveClassesRequest(class_names=names))
    assert [one.class_id for one in resolved.classes] == ["/m/01g317", "/m/07j7r"]
    batch = f"{NAME}-batch"
    # Only what is required.
    request = BatchRequest(dataset=dataset, class_names=names, examples_per_class=2)
    preview = batches.create_batch(batch, request, validate_only=True).actual_instance
    assert isinstance(preview, BatchPreview)
    assert preview.image_count == 4
    created = batches.create_batch_with_http_info(batch, request)
    assert created.status_code == 201
    found = batches.create_batch(batch, request).actual_instance
    assert isinstance(found, Batch)
    assert (found.state, found.image_count, found.request.strategy) == ("selected", 4, "auto")
    assert found.created_at.tzinfo is not None
    return batch


def copy_images(batch: str) -> None:
    batches.start_copy(batch)
    progress = poll(lambda: batches.get_copy(batch), lambda found: found.state not in ("queued", "copying"))
    assert (progress.state, progress.copied) == ("copied", 4)


def read_images(batch: str) -> None:
    images: list[BatchImage] = []
    cursor = None
    while True:
        page = batches.list_batch_images(batch, limit=3, cursor=cursor)
        images += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(images) == 4
    flags = [box.is_occluded for image in images for box in image.boxes]
    assert flags and all(isinstance(flag, BoxFlag) for flag in flags)
    assert all(image.copy_outcome == "copied" for image in images)


def make_manifest(batch: str) -> None:
    written = batches.write_manifest(batch, manifest_request=ManifestRequest())
    assert (written.lines, written.omitted) == (4, [])
    # The client can parse JSON and plain text, but not lines of JSON.
    lines = batches.get_manifest_without_preload_content(batch).read().decode().splitlines()
    assert len(lines) == 4
    assert all("source-ref" in json.loads(line) for line in lines)


def label(batch: str) -> None:
    job = f"{NAME}-job"
    team = WorkteamsApi(client).list_workteams().items[0]
    # Only what is required.
    request = LabelingJobRequest(batch=batch, workteam_arn=team.workteam_arn)
    assert jobs.create_labeling_job_with_http_info(job, request).status_code == 201
    created = jobs.create_labeling_job(job, request).actual_instance
    assert isinstance(created, LabelingJob)
    assert created.request is not None and created.request.workers_per_object == 5
    ended = poll(lambda: jobs.get_labeling_job(job), lambda found: found.output is not None)
    assert ended.output is not None
    assert (ended.status, ended.output.lines) == ("Completed", 4)
    items = [item.actual_instance for item in jobs.list_annotations(job).items]
    boxes = [box for item in items if isinstance(item, LabeledAnnotation) for box in item.boxes]
    assert boxes and all(box.class_index <= 1 and box.width >= 0 for box in boxes)


def read_unions() -> None:
    """Reads lists whose items have different types."""
    items = [item.actual_instance for item in jobs.list_annotations("base-job").items]
    outcomes = {item.outcome for item in items if item is not None}
    assert outcomes == {"failed", "foreign", "labeled", "unlabeled", "unreadable", "verified"}
    assert {type(item).__name__ for item in items} == {f"{outcome.capitalize()}Annotation" for outcome in outcomes}
    assert [item.verdict for item in items if isinstance(item, VerifiedAnnotation)] == ["Correct"]
    listed = [item.actual_instance for item in batches.list_batches().items]
    assert [one.problem.code for one in listed if isinstance(one, UnreadableBatch)] == ["corrupt-state"]


def make_webhook() -> None:
    hook = f"{NAME}-hook"
    request = WebhookRequest(url=os.environ["RECEIVER_URL"], events=["batch.copied"])
    created = webhooks.register_webhook_with_http_info(hook, request)
    assert created.status_code == 201
    webhook = webhooks.get_webhook(hook)
    assert (webhook.state, webhook.events) == ("enabled", ["batch.copied"])


def read_problems(dataset: str) -> None:
    try:
        batches.get_batch("nowhere")
        raise AssertionError("The batch must not exist")
    except NotFoundException as error:
        assert isinstance(error.data, Problem)
        assert (error.data.status, error.data.code) == (404, "not-found")
    try:
        datasets.resolve_classes(dataset, ResolveClassesRequest(class_names=["Persn"]))
        raise AssertionError("The class must not exist")
    except UnprocessableEntityException as error:
        assert isinstance(error.data, Problem)
        assert (error.data.code, error.data.errors[0].at) == ("unknown-class", "body.classNames[0]")
        assert "Person" in (error.data.errors[0].suggestions or [])


dataset = run_import()
batch = choose_images(dataset)
copy_images(batch)
read_images(batch)
make_manifest(batch)
label(batch)
read_unions()
make_webhook()
read_problems(dataset)
