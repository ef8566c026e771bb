import { startActiveTime } from '../work/active-time.ts'
import { toAsk } from '../work/ask.ts'
import { startTask } from '../work/start-task.ts'
import type { TaskPlace } from '../work/store.ts'
import type { Context } from './context.ts'
import type { PageState } from './state.ts'

/** Shows a task of the block, with its draft or its answer. */
export async function showTask(context: Context, index: number): Promise<void> {
  const { block, job, drawing: before } = context.state
  const item = block?.items[index]
  if (!item || !job) return
  const place = toPlace(context.state, index)
  const draft = place && !item.isAnswered ? await context.store.draft(place) : undefined
  if (context.state.block?.name !== block?.name) return
  context.activeTime = startActiveTime(performance.now())
  context.change({
    index,
    drawing: startTask(job, item, draft, before),
    comment: draft?.comment ?? item.given?.comment ?? '',
    reading: draft && item.task.readings ? -1 : undefined,
  })
}

/** Names the place of a draft: that of the answer to a line, for what is asked about it. */
export function toPlace({ signedIn, job, block }: PageState, index: number): TaskPlace | undefined {
  const item = block?.items[index]
  if (!signedIn || !job || !item) return undefined
  return { account: signedIn.account, job: job.job, line: item.task.line, ask: toAsk(job, item) }
}
