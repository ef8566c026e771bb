import type { Answer, AnswerRequest, Purpose } from '../../shared/contracts/labeling-answer.ts'
import type { LabelingTask, NextTasks } from '../../shared/contracts/labeling-task.ts'
import { nextTasks } from '../../shared/labeling/engine/serving/next-tasks.ts'
import { renewBlock } from '../../shared/labeling/engine/serving/renew-block.ts'
import { submitAnswer } from '../../shared/labeling/engine/serving/submit-answer.ts'
import type { TaskWorker } from '../../shared/labeling/engine/serving/worker-job.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import { catBox, pseudonym } from '../support/fixtures/closed-work.ts'
import { JOB, passSeconds, type WorkReply, workerNumber } from '../support/fixtures/open-work.ts'
import { SimulatedCrash } from '../support/world/call.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

/** An answer that somebody gave, under however many requests. */
export interface GivenAnswer {
  readonly line: number
  /** The worker's pseudonym. */
  readonly worker: string
  /** Undefined for an opinion. */
  readonly purpose?: Purpose | undefined
  readonly ticket: string
  readonly submitId: string
  readonly answer: Answer
  /** What the worker was told last; undefined when no reply came. */
  receipt?: { readonly counted: boolean; readonly revision: number }
}

/** What people have done, and what they were told. */
export interface Ledger {
  /** In the order in which they were given. */
  readonly given: GivenAnswer[]
  /** How the result differed when it was written once more. */
  otherResults: readonly string[]
}

interface Scene {
  readonly ledger: Ledger
  /** The function that a person's calls come to, by number of the person. Its caches are its own. */
  readonly functions: Map<number, MemoryPorts>
}

const scenes = new WeakMap<World, Scene>()

function sceneOf(world: World): Scene {
  const scene = scenes.get(world) ?? { ledger: { given: [], otherResults: [] }, functions: new Map() }
  scenes.set(world, scene)
  return scene
}

export const ledgerOf = (world: World): Ledger => sceneOf(world).ledger

/** Somebody with a browser, who repeats a request that fails. */
export interface Person {
  /** From 1. */
  readonly number: number
  /** How long this person is offline after a request has failed; by default not at all. */
  readonly secondsOffline?: number
  /** Whether this person decides where others differ. */
  readonly isReviewer?: boolean
  /** Whether this person reloads the page when a request fails, instead of repeating the request. */
  readonly reloads?: boolean
}

/**
 * Calls the API as often as it takes, always with the same request. A function that died is replaced by one that knows
 * nothing.
 */
export function callApi<Reply>(
  { world }: MemoryPorts,
  { number, secondsOffline = 0, reloads = false }: Person,
  request: (api: MemoryPorts) => Promise<Reply>,
): Promise<Reply> {
  const { functions } = sceneOf(world)
  const callOnce = async (): Promise<Reply> => {
    const api = functions.get(number) ?? memoryPorts({ world })
    functions.set(number, api)
    try {
      return await request(api)
    } catch (error) {
      if (error instanceof SimulatedCrash) functions.delete(number)
      passSeconds(api, secondsOffline)
      throw error
    }
  }
  return reloads ? callOnce() : retryUntilDone(callOnce)
}

const toWorker = ({ number, isReviewer }: Person): TaskWorker =>
  isReviewer ? { ...workerNumber(number), role: 'review' } : workerNumber(number)

/** Asks for tasks. @param finished the block that is answered */
export const next = (ports: MemoryPorts, person: Person, finished?: string): Promise<NextTasks> =>
  callApi(ports, person, (api) => nextTasks(JOB, toWorker(person), finished === undefined ? {} : { finished }, api))

export const renew = (ports: MemoryPorts, person: Person, block: string): Promise<NextTasks> =>
  callApi(ports, person, (api) => renewBlock(JOB, toWorker(person), block, api))

/** Asks for tasks and gets them. @throws Error when there are none */
export async function take(ports: MemoryPorts, person: Person, finished?: string): Promise<WorkReply> {
  return asWork(await next(ports, person, finished))
}

export function asWork(reply: NextTasks): WorkReply {
  if (reply.state !== 'work') throw new Error(`expected tasks, got ${reply.state}`)
  return reply
}

/**
 * Answers a task, for the first time or again. The boxes of no two answers are the same. Whoever checks finds that an object
 * on every other image lacks a box.
 */
export async function answer(
  ports: MemoryPorts,
  person: Person,
  { line, ticket, check, readings }: Pick<LabelingTask, 'line' | 'ticket' | 'check' | 'readings'>,
  kind: Answer = !check ? 'boxes' : line % 2 === 0 ? 'incorrect' : 'correct',
): Promise<void> {
  const { given } = ledgerOf(ports.world)
  const submitId = `submit-${given.length}-${line}-${person.number}`
  const purpose = check ? 'check' : readings ? 'review' : undefined
  const noted: GivenAnswer = { line, worker: pseudonym(person.number), purpose, ticket, submitId, answer: kind }
  given.push(noted)
  const boxes = kind === 'boxes' ? [catBox(given.length / 8 + person.number)] : undefined
  const request: AnswerRequest = { ticket, submitId, answer: kind, ...(boxes && { boxes }) }
  const { receipt } = await callApi(ports, person, (api) => submitAnswer(JOB, line, toWorker(person), request, api))
  noted.receipt = { counted: receipt.counted, revision: receipt.revision }
}

/** Answers all tasks that are not answered yet. @returns the block */
export async function answerAll(ports: MemoryPorts, person: Person, { block, tasks }: WorkReply): Promise<string> {
  for (const task of tasks) if (!task.answered) await answer(ports, person, task)
  return block
}

const MAX_ROUNDS = 20

interface LabelingOptions {
  /** Blocks that are answered and not handed back, by number of the person. */
  readonly finished?: Map<number, string>
  /** Called whenever one of the people has had a turn. */
  readonly afterTurn?: () => Promise<void>
}

/** Lets people label, each one block after another, until all are told that they are done. */
export async function labelToTheEnd(
  ports: MemoryPorts,
  people: readonly Person[],
  { finished = new Map(), afterTurn }: LabelingOptions = {},
): Promise<void> {
  const left = new Set(people)
  for (let round = 0; left.size > 0; round++) {
    if (round === MAX_ROUNDS) throw new Error('the people are never told that they are done')
    const waits: number[] = []
    for (const person of left) {
      const reply = await next(ports, person, finished.get(person.number))
      finished.delete(person.number)
      if (reply.state === 'work') finished.set(person.number, await answerAll(ports, person, reply))
      else if (reply.state === 'wait') waits.push(reply.retryAfterSeconds)
      else left.delete(person)
      await afterTurn?.()
    }
    if (left.size > 0 && waits.length === left.size) passSeconds(ports, Math.min(...waits))
  }
}
