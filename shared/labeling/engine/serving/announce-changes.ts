import { awaitAll } from '../../../platform/await-all.ts'
import type { Ports } from '../../../platform/ports.ts'
import { isFirstDispute } from '../line-rules.ts'
import { sendJudgeWorkers, sendNotifyOwner, sendShardClosed } from '../messages.ts'
import type { Shard } from '../shard.ts'
import { makesSuspect } from '../suspension/poor-workers.ts'
import type { Work } from '../work.ts'

/**
 * Sends the messages that follow from a shard as it was written. One that is lost is made up for by the message that watches
 * the job.
 */
export async function announceChanges(
  work: Work,
  before: Shard,
  after: Shard,
  ports: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  await awaitAll([
    after.closed && !before.closed ? sendShardClosed(work, after.shard, ports) : undefined,
    isFirstDispute(before, after, work) ? sendNotifyOwner(work, { isDisputed: true }, ports) : undefined,
    makesSuspect(before, after, work) ? sendJudgeWorkers(work, ports) : undefined,
  ])
}
