/**
 * The names of all log events. Every log line has one in its field `event`. Names are stable, because alarms, metric
 * filters and saved queries filter on them: the list may grow, but a name never changes or gets another meaning.
 */
export const LOG_EVENTS = {
  'request.completed': 'A request was answered, whatever its status.',
  'request.refused': 'A request was answered with a status from 400 to 499; `code` and `detail` say why.',
  'request.failed': 'A request was answered with a status of 500 or more; `error` has the stack.',
  'message.failed':
    'A worker failed on a queue message. SQS redelivers it, and moves it to a dead-letter queue after the last attempt.',
  'bus_event.failed': 'A function failed on an EventBridge event. Lambda invokes it again.',
  'round.dispatched': 'A message was sent for each chunk of a fan-out round that has no receipt.',
  'chunk.completed': 'A chunk was processed and its receipt written.',
  'chunk.dead_lettered':
    'A chunk was recorded as failed, because its message failed repeatedly or its error is permanent.',
  'round.restored': 'The start of a round was missing or corrupt and was written again.',
  'shard.rebuilt': 'A shard of a labeling job was missing or damaged, and was made again from its answers.',
  'round.completed': 'All chunks of a round have receipts, and its completion step ran.',
  'task.dead_lettered': 'The message of a task failed repeatedly, and the task was recorded as failed.',
  'state.corrupt': 'A state object does not match its schema, and was skipped or replaced; `key` names it.',
  'run.step_started': 'A run began its next step.',
  'event.dispatched': 'A domain event was stored, with a delivery for each webhook that subscribes to it.',
  'delivery.attempted': 'An attempt to deliver an event to a webhook ended; `outcome` and `status` say how.',
  'delivery.ended':
    'A delivery ended without an attempt: its webhook was disabled (`stopped`), or its retries or its event ran out (`failed`).',
  'test_image.completed': 'An attempt to fetch a test image ended; `state` says how (`queued`: it will be retried).',
  'labeling_job.created': 'The labeling service accepted a job.',
  'labeling_job.disputed':
    'Workers differ about an image of a labeling job with reviewers, or say that a box is missing, and its event was published.',
  'labeling_job.without_gold':
    'A labeling job with `gold` runs without it, as no image that it labels has a known answer.',
  'labeling_worker.suspended':
    'The answers of a worker are too often wrong: the worker gets no more images of the labeling job.',
  'labeling_job.ended': 'A labeling job reached its final status and its event was published.',
  'labeling_work.ended':
    'The result of a labeling job of this engine is written, or was given up; `status` says how it ended.',
  'consolidation.ended':
    'The opinions of a labeling job were consolidated again with other settings, or that failed; `state` says which.',
  'labeling_job.state_change_ignored':
    'A state change was ignored: the job was not created here, or its status is not final.',
  'labeling_work.watched': 'A labeling job of our own engine was looked at: leases that expired, shards that closed.',
  'labeling_job.cleanup_failed':
    'The claim of a job could not be rolled back; the next request does so once its lease has expired.',
  'cors_rule.added': 'The working bucket got the CORS rule that pages need to show images.',
  'cors_rule.failed':
    'Copying began, but the CORS rule that pages need could not be read or added. The next copy or labeling job tries again.',
  'bucket.unreachable': 'The health check could not reach the working bucket.',
} as const satisfies Record<string, string>

export type LogEvent = keyof typeof LOG_EVENTS
