import { type Random, randomFrom } from '../../local/seeded-random.ts'
import type { AnswerRequest, Purpose } from '../../shared/contracts/labeling-answer.ts'
import type { LabelingTask, NextTasks } from '../../shared/contracts/labeling-task.ts'
import { decideOpinion, secondsFor } from './draw.ts'
import { KINDS } from './kinds.ts'
import { planBlock } from './plan-block.ts'
import type { Tab } from './tab.ts'
import { Refused } from './worker-client.ts'

type Work = Extract<NextTasks, { state: 'work' }>

/** How long somebody sleeps after the lease has expired. */
const OVERSLEPT_SECONDS = 120

/** Answers the tasks of a block. Returns the reply to a renewal that gave other tasks. */
export async function workOnBlock(block: Work, tab: Tab): Promise<'finished' | 'left' | NextTasks> {
  const { place, person, report, random } = tab
  const { client, clock, job } = place
  const plan = planBlock(KINDS[person.kind].habit, report.blocks, block.tasks.length, random)
  report.blocks += 1
  let { tasks, secondsLeft } = block
  let since = clock.now()
  const queued: Answer[] = []
  const given = new Map<number, Answer>()
  for (const [index, { line }] of block.tasks.entries()) {
    if (index === plan.leaveBefore) return 'left'
    if (index === plan.sleepBefore) await clock.wait(secondsLeft + OVERSLEPT_SECONDS)
    const knowsNoTime = plan.isOffline || index >= (plan.sleepBefore ?? Number.POSITIVE_INFINITY)
    if (!knowsNoTime && clock.now() - since > 500 * secondsLeft) {
      const renewed = await client.renew(job, block.block)
      if (renewed.state !== 'work' || renewed.block !== block.block) return renewed
      ;({ tasks, secondsLeft } = renewed)
      since = clock.now()
    }
    const task = tasks.find((one) => one.line === line)
    if (!task || task.answered) continue
    const jumpHours = index === Math.floor(block.tasks.length / 2) ? plan.clockJumpHours : undefined
    const answer = await think(task, block.block, tab, { jumpHours })
    given.set(line, answer)
    if (plan.isOffline) queued.push(answer)
    else await submit(answer, tab)
  }
  // The first reply got lost: the same answer is sent again.
  for (const answer of queued) await client.answer(job, answer.line, answer.body).catch(ignoreRefusal)
  for (const answer of queued) await submit(answer, tab)
  // Who has been shown what is on a practice image cannot answer it again.
  const changed = plan.replace === undefined || block.practice ? undefined : tasks[plan.replace]
  if (changed) await changeMind(changed, given.get(changed.line), tab, block.block)
  return 'finished'
}

/** Answers a task again. Every second time, the page says which answer that replaces. */
async function changeMind(task: LabelingTask, earlier: Answer | undefined, tab: Tab, block: string): Promise<void> {
  const answer = await think(task, block, tab, { attempt: 2 })
  const isNamed = earlier !== undefined && task.line % 2 === 0
  const body = isNamed ? { ...answer.body, replaces: earlier.body.submitId } : answer.body
  await submit({ ...answer, body }, tab)
}

interface Answer {
  readonly line: number
  readonly purpose: Purpose | undefined
  readonly block: string
  readonly body: AnswerRequest
}

/**
 * Looks at an image and draws.
 * @param attempt how often the person answers this task
 * @param jumpHours by how much the clock of the computer is set meanwhile
 */
async function think(
  task: LabelingTask,
  block: string,
  tab: Tab,
  { attempt = 1, jumpHours = 0 }: { readonly attempt?: number; readonly jumpHours?: number | undefined },
): Promise<Answer> {
  const { person, place, random } = tab
  const { skill } = KINDS[person.kind]
  // Of the line, not of what came before: the same person gives the same answer in every run.
  const own = randomFrom(person.seed, `${person.name}, line ${task.line}, attempt ${attempt}`)
  const opinion = decideOpinion(task, place.truth(task), place, skill, own)
  const started = readClock(tab)
  tab.clockHours += jumpHours
  await place.clock.act(secondsFor(opinion, skill, own))
  const activeMilliseconds = Math.min(MAX_ACTIVE_MILLISECONDS, Math.max(0, readClock(tab) - started))
  return {
    line: task.line,
    purpose: task.check ? 'check' : task.readings ? 'review' : undefined,
    block,
    body: { ticket: task.ticket, submitId: newSubmitId(random), ...opinion, activeMilliseconds },
  }
}

const MAX_ACTIVE_MILLISECONDS = 7 * 24 * 3_600_000

/** What the clock of the computer shows. */
const readClock = ({ place, clockHours }: Tab): number => place.clock.now() + 3_600_000 * clockHours

const newSubmitId = (random: Random): string =>
  Array.from({ length: 4 }, () => random.between(0, 0x7fffffff).toString(16).padStart(8, '0')).join('')

async function submit({ line, purpose, block, body }: Answer, { person, place, report }: Tab): Promise<void> {
  const { client, clock, job, ledger } = place
  const { submitId, answer, boxes } = body
  const base = {
    person: person.name,
    kind: person.kind,
    job,
    line,
    block,
    submitId,
    answer,
    ...(purpose && { purpose }),
    ...(boxes && { boxes }),
  }
  const at = (): string => new Date(clock.now()).toISOString()
  try {
    const { counted, revision, practice } = await client.answer(job, line, body)
    ledger.record({ at: at(), ...base, counted, revision, ...(practice && { practice }) })
    report.acknowledged += 1
    if (counted) report.counted += 1
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    ledger.record({ at: at(), ...base, code: error.code })
    report.refused[error.code] = (report.refused[error.code] ?? 0) + 1
    if (error.status === 401) throw error
  }
}

/** A request whose reply got lost may have been refused: its repetition says so. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refused)) throw error
}
