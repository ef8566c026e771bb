import { startActiveTime } from '../work/active-time.ts'
import { toAsk } from '../work/ask.ts'
import type { Block } from '../work/block.ts'
import { type Draft, startTask } from '../work/start-task.ts'
import type { TaskPlace } from '../work/store.ts'
import type { Context } from './context.ts'
import type { PageState } from './state.ts'

/** Reads what was drawn in an earlier visit and not answered. */
export async function readDrafts(context: Context, block: Block): Promise<Map<number, Draft>> {
  const found = await Promise.all(
    block.items.map(async ({ task }, index): Promise<[number, Draft][]> => {
      const place = toPlace({ ...context.state, block }, index)
      const draft = place && (await context.store.draft(place))
      return draft ? [[task.line, draft]] : []
    }),
  )
  return new Map(found.flat())
}

/** Shows a task of the block, with its draft or its answer. At once: what is typed next belongs to this task. */
export function showTask(context: Context, index: number): void {
  const { block, job, drawing: before } = context.state
  const item = block?.items[index]
  if (!item || !job) return
  const draft = context.drafts.get(item.task.line)
  context.activeTime = startActiveTime(performance.now())
  context.change({
    index,
    drawing: startTask(job, item, draft, before),
    comment: draft?.comment ?? item.given?.comment ?? '',
    // A draft of a reviewer was begun with a reading.
    reading: draft && item.task.readings ? 0 : undefined,
  })
}

/** Names the place of a draft: that of the answer to a line, for what is asked about it. */
export function toPlace(
  { signedIn, job, block }: Pick<PageState, 'signedIn' | 'job' | 'block'>,
  index: number,
): TaskPlace | undefined {
  const item = block?.items[index]
  if (!signedIn || !job || !item) return undefined
  return { account: signedIn.account, job: job.job, line: item.task.line, ask: toAsk(job, item) }
}
