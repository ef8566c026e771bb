import type { SQSMessageAttributes } from 'aws-lambda'

/**
 * The version of the messages that this code sends and understands. It grows when a message changes in a way that older
 * workers would misunderstand; a new field that they may ignore needs no new version.
 */
export const MESSAGE_VERSION = 1

/** The message attribute that carries the version. Messages without it are of version 1, which had no such attribute. */
export const VERSION_ATTRIBUTE = 'version'

/**
 * Checks that a message can be understood. One of a newer version is thrown back: SQS redelivers it, perhaps to a newer
 * worker, then moves it to the dead-letter queue, whose worker does the same, and at last to `undeliverable`, where it
 * is kept with an alarm. It is never dropped, nor recorded as failed.
 * @throws Error when it is of a newer version
 */
export function assertKnownVersion(attributes: SQSMessageAttributes | undefined): void {
  const version = attributes?.[VERSION_ATTRIBUTE]?.stringValue ?? '1'
  if (Number(version) >= 1 && Number(version) <= MESSAGE_VERSION) return
  throw new Error(`message has version ${version} (known: 1 to ${MESSAGE_VERSION})`)
}
