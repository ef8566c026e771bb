/**
 * Every log line names what happened with one of these. They are stable: alarms, metric filters and saved queries filter
 * on the field `event`. The list may grow; a name is never changed or used for anything else.
 */
export const LOG_EVENTS = {
  'request.completed': 'A request was answered, whatever its status.',
  'request.refused': 'A request was answered with a status from 400 to 499; `code` and `detail` say why.',
  'request.failed': 'A request was answered with a status of 500 or more; `error` has the stack.',
  'message.failed':
    'A worker failed on a queue message. SQS redelivers it, and moves it to a dead-letter queue in the end.',
  'bus_event.failed': 'A function failed on an event of the EventBridge bus. It is invoked again.',
  'round.dispatched': 'The messages of a fan-out round were sent: one for each chunk without a receipt.',
  'chunk.completed': 'A chunk was done and its receipt written.',
  'chunk.dead_lettered': 'A chunk was recorded as failed, because its message kept failing or its error is permanent.',
  'round.completed': 'All chunks of a round have receipts, and what follows the round was done.',
  'task.dead_lettered': 'A task kept failing and was recorded as failed.',
  'state.corrupt': 'A state object does not match its schema and was skipped; `key` names it.',
  'run.step_started': 'A run began its next step.',
  'event.dispatched': 'A domain event was stored, with a delivery for each webhook that wants it.',
  'delivery.attempted': 'An attempt to deliver an event to a webhook ended; `outcome` says how.',
  'delivery.ended': 'A delivery ended without another attempt.',
  'test_image.completed': 'A test image was fetched, or failed for good.',
  'labeling_job.created': 'The labeling service accepted a job.',
  'labeling_job.ended': 'A labeling job reached its final status and its event was published.',
  'labeling_job.state_change_ignored': 'A state change was received for a job that is not ours, or is no final status.',
  'labeling_job.cleanup_failed': 'A claim could not be rolled back; the next call does so when its lease has expired.',
  'cors_rule.added': 'The working bucket got the CORS rule that labeling pages need.',
  'bucket.unreachable': 'The health check could not reach the working bucket.',
} as const satisfies Record<string, string>

export type LogEvent = keyof typeof LOG_EVENTS
