import type { NextTasks } from '../../../shared/contracts/labeling-task.ts'
import type { Job } from '../work/ask.ts'
import { type Block, type GivenAnswer, isFinished, nextOpen, toBlock, withTruth } from '../work/block.ts'
import { claimTab } from '../work/one-tab.ts'
import { createOutbox, EMPTY_OUTBOX } from '../work/outbox.ts'
import { percentile } from '../work/percentile.ts'
import { type Context, toText } from './context.ts'
import { wereInstructionsShown } from './settings.ts'
import { readDrafts, showTask } from './show-task.ts'

/**
 * Opens a job in this tab.
 * @param isTaken whether to take the work over from another tab
 */
export async function openJob(context: Context, job: Job, isTaken = false): Promise<void> {
  const { signedIn } = context.state
  const { api, store } = context
  if (!signedIn || !api) return
  leaveJob(context)
  context.change({ job, isLoading: true, problem: undefined, notice: undefined })
  const right = await claimTab(signedIn.account, isTaken, () => {
    leaveJob(context)
    context.change({ at: 'elsewhere', isLoading: false })
  })
  if (!right.isHere) {
    context.change({ at: 'elsewhere', isLoading: false })
    return
  }
  context.right = right
  context.outbox = createOutbox({
    account: signedIn.account,
    job: job.job,
    store,
    api,
    network: window,
    onChange: (outbox) => context.change({ outbox }),
    onReceipt: ({ block: name, line }, { truth, score }) => {
      const { block } = context.state
      if (truth && block?.name === name) context.change({ block: withTruth(block, line, { boxes: truth, score }) })
    },
  })
  // Those that only repeat what the list of jobs says are not put in anybody's way.
  const isNew = !job.instructions.full.startsWith(job.description) && !wereInstructionsShown(job.job)
  if (isNew) context.change({ dialog: 'instructions' })
  // What waits since an earlier visit goes first, so that the server does not ask for it again.
  context.outbox.start()
  await ask(context, () => api.next(job.job, {}))
}

/** Ends the work on a job in this tab. What waits to be sent stays in the browser. */
export function leaveJob(context: Context): void {
  clearTimeout(context.timer)
  context.outbox?.stop()
  context.outbox = undefined
  context.change({ outbox: EMPTY_OUTBOX })
  const { right } = context
  context.right = undefined
  right?.release()
}

/** Asks the server for tasks and shows what it says. */
async function ask(context: Context, call: () => Promise<NextTasks>): Promise<void> {
  const { job } = context.state
  try {
    const reply = await call()
    if (context.state.job === job && context.right) await receive(context, reply)
  } catch (error) {
    // Answers are kept. The page asks again.
    if (context.state.job !== job || !context.right) return
    context.change({
      isLoading: false,
      problem: toText(error),
      ...(!context.state.block && { at: 'wait', reason: '' }),
    })
    askLater(context, RETRY_SECONDS)
  }
}

const RETRY_SECONDS = 5

/** Shows the tasks of a reply, or why there are none. */
async function receive(context: Context, reply: NextTasks): Promise<void> {
  context.change({ isLoading: false, problem: undefined, isHandingBack: false })
  if (reply.state === 'work') {
    await showBlock(context, toBlock(reply, Date.now(), context.state.block))
    return
  }
  context.images.load([])
  context.change({ block: undefined, drawing: undefined, reason: reply.reason })
  if (reply.state === 'done') {
    context.change({ at: 'done' })
    return
  }
  context.change({ at: 'wait', waitUntil: Date.now() + 1000 * reply.retryAfterSeconds })
  askLater(context, reply.retryAfterSeconds)
}

function askLater(context: Context, seconds: number): void {
  const { job, block } = context.state
  clearTimeout(context.timer)
  context.timer = setTimeout(() => {
    const { api } = context
    if (!job || !api || context.state.job !== job) return
    if (block && isFinished(block)) void handBack(context)
    else void ask(context, () => api.next(job.job, {}))
  }, 1000 * seconds)
}

async function showBlock(context: Context, block: Block): Promise<void> {
  const { job, block: before } = context.state
  const [known, drafts] = await Promise.all([withEarlierAnswers(context, block), readDrafts(context, block)])
  if (context.state.job !== job) return
  context.images.load(known.items.map(({ task }) => task))
  context.swaps = []
  context.drafts = drafts
  const isOver = before?.isPractice === true && !known.isPractice
  const notice = { kind: 'info', text: 'Practice is over: from here on, your answers count.', isBrief: true } as const
  context.change({ at: 'work', block: known, ...(isOver && { notice }) })
  const index = nextOpen(known)
  if (index === undefined) await handBack(context)
  else showTask(context, index)
}

/** What was answered in an earlier visit can be looked at and changed too. Without it, the work goes on. */
async function withEarlierAnswers(context: Context, block: Block): Promise<Block> {
  const isUnknown = block.items.some(({ isAnswered, given }) => isAnswered && !given)
  const { job } = context.state
  if (!isUnknown || !job || block.isPractice) return block
  const answers = (await context.api?.answers(job.job, block.name).catch(() => undefined)) ?? []
  const byLine = new Map(answers.map((answer) => [answer.line, answer]))
  return {
    ...block,
    items: block.items.map((item) => {
      const answer = byLine.get(item.task.line)
      if (!answer || item.given) return item
      const boxes = (answer.boxes ?? []).map((box) => ({ ...box, how: 'kept' as const }))
      const { comment } = answer
      const given: GivenAnswer = { answer: answer.answer, boxes, ...(comment !== undefined && { comment }) }
      return { ...item, isAnswered: true, given }
    }),
  }
}

/** Hands back the block once all its answers are at the server, and gets the next one. */
export async function handBack(context: Context): Promise<void> {
  const { block, job } = context.state
  const { api, outbox, swaps } = context
  if (!block || !job || !api || !outbox) return
  context.change({ isHandingBack: true })
  await outbox.drained()
  if (context.state.block?.name !== block.name || !context.right) return
  const swapMilliseconds = percentile(swaps, 0.95)
  const body = { finished: block.name, ...(swapMilliseconds !== undefined && { swapMilliseconds }) }
  await ask(context, () => api.next(job.job, block.isPractice ? {} : body))
}

/** Asks for more time for the block, and for fresh links of its images. */
export async function renew(context: Context): Promise<void> {
  const { block, job } = context.state
  const { api } = context
  if (!block || !job || !api) return
  const reply = await api.renew(job.job, block.name).catch(() => undefined)
  const { block: now } = context.state
  if (!reply || now?.name !== block.name || !context.right) return
  if (reply.state === 'work' && reply.block === block.name) {
    const renewed = toBlock(reply, Date.now(), now)
    context.images.load(renewed.items.map(({ task }) => task))
    context.change({ block: { ...renewed, hints: now.hints } })
    return
  }
  context.change({
    notice: {
      kind: 'warn',
      text: 'You were away for long, and other people got these images. What you have answered is saved.',
    },
  })
  await receive(context, reply)
}
