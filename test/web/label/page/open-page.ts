import type { AnswerRequest } from '../../../../shared/contracts/labeling-answer.ts'
import { type Context, createContext } from '../../../../web/label/page/context.ts'
import { showTask } from '../../../../web/label/page/show-task.ts'
import { draw } from '../../../../web/label/page/task-flow.ts'
import { type Item, toBlock } from '../../../../web/label/work/block.ts'
import { createOutbox } from '../../../../web/label/work/outbox.ts'
import { JOB } from '../job.ts'
import { ACCOUNT, openFreshStore } from '../work/open-store.ts'

/** The labeling page without its browser, at the first of three images. */
export interface OpenPage {
  readonly context: Context
  /** Draws a box in the middle of the image, as the key `B` does. */
  drawBox(): void
  /** What the server was sent, in its order. */
  readonly sent: { line: number; body: AnswerRequest }[]
  /** Resolves when all answers are sent. */
  drained(): Promise<void>
}

/** Opens the page of a job, with three tasks. @param items what is special about them */
export async function openPage(items: readonly Partial<Item>[] = []): Promise<OpenPage> {
  const store = await openFreshStore()
  const sent: OpenPage['sent'] = []
  const images = { load: () => undefined, image: () => ({ state: 'loading' }) as const, retry: () => undefined }
  const context = createContext(store, images, () => undefined)
  const outbox = createOutbox({
    account: ACCOUNT,
    job: JOB.job,
    store,
    api: {
      answer: async (_, line, body) => {
        sent.push({ line, body })
        return { line, answer: body.answer, counted: true, revision: 1, cutBoxes: 0 }
      },
    },
    network: new EventTarget(),
    onChange: (state) => context.change({ outbox: state }),
    onReceipt: () => undefined,
  })
  context.outbox = outbox
  const tasks = [1, 2, 3].map((line) => ({
    line,
    image: `https://bucket/${line}.jpg`,
    width: 1000,
    height: 800,
    ticket: `ticket-${line}`,
  }))
  const block = toBlock({ state: 'work', block: 'block-1', secondsLeft: 900, tasks }, Date.now())
  context.change({
    at: 'work',
    job: JOB,
    signedIn: { account: ACCOUNT, worker: 'ann', seat: 1, role: 'label', session: 's', secret: 'w.s' },
    block: { ...block, items: block.items.map((item, index) => ({ ...item, ...items[index] })) },
  })
  showTask(context, 0)
  draw(context, { type: 'resize', surface: { width: 1200, height: 900 } })
  return {
    context,
    drawBox: () => draw(context, { type: 'command', do: 'new-box' }),
    sent,
    drained: () => outbox.drained(),
  }
}
