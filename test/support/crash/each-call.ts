import { AppError } from '../../../shared/contracts/errors.ts'
import type { Scenario } from '../../faults/scenario.ts'
import { sameWorld } from '../fixtures/pets.ts'
import type { DrainOptions } from '../world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../world/ports.ts'
import type { Call, Fault } from '../world/world.ts'

/** A fault by its name; undefined where it cannot happen to a call. */
export type NamedFault = readonly [name: string, (call: Call) => Fault]

const down = (what: string) => new AppError('upstream-failed', `${what}: SlowDown (503).`)
const slow = new AppError('upstream-timeout', 'It took too long.')

const READING = ['get', 'list', 'open', 'read', 'stream', 'describe', 'find', 'region', 'link', 'corsRules']

/** Who dies after a call that changes nothing leaves what is there behind the call before it: only what changes counts. */
export const diesAfter = ({ method }: Call): Fault => (READING.includes(method) ? undefined : 'after')

/** What may happen to any call, once, and is got over. */
export const FAULTS: readonly NamedFault[] = [
  ['dies before it', () => 'before'],
  ['dies after it', diesAfter],
  ['is refused, as its write meets itself', ({ conditional }) => (conditional ? 'refused' : undefined)],
  ['is told 503', ({ key }) => down(key)],
  ['is told nothing in time, though it was done', (call) => diesAfter(call) && { after: slow }],
]

/** What the adapters make of answers that say something of the caller's: none of these is tried again at once. */
export const ANSWERS: readonly NamedFault[] = [
  ['403', (call) => answerOf(call, 'denied', new AppError('bad-source', 'It may not be read.'))],
  ['404', (call) => answerOf(call, 'missing', new AppError('bad-source', 'There is none.'))],
  ['412', ({ method }) => (method === 'read' ? new AppError('source-changed', 'It was replaced.') : undefined)],
]

function answerOf({ port, method }: Call, answer: string, error: Error): Fault {
  if (port === 'copier') return { answer }
  if (port === 'uploads') return new AppError('wrong-state', 'The upload is over.')
  return method === 'open' ? error : undefined
}

/** What a disturbance came to: at how many calls there was one, and what was wrong in the end. */
export interface Disturbed {
  readonly faults: number
  readonly wrong: readonly string[]
}

/**
 * Does the same work on copies of its world, each time with one fault, at each call in turn for which there is one.
 * @param delivery how messages come, made anew each time
 */
export const atEachCall = (
  scenario: Scenario,
  faultOf: (call: Call) => Fault,
  delivery: () => DrainOptions = () => ({}),
): Promise<Disturbed> =>
  disturbEach(
    scenario,
    (call) => faultOf(call) !== undefined,
    ({ world }, at) => {
      const standing = world.fault
      world.fault = (call, number) => (number === at ? faultOf(call) : standing(call, number))
    },
    delivery,
  )

/**
 * The same, with something done at each call in turn: all of it before the call is done, as if that had hung. Only a
 * removal does not hang: S3 has no condition for many at once, so who is to remove looks right before.
 * @param act works on its own ports over the same world; its own calls are not disturbed
 * @param touches keys that it reads or writes: before a call to any other it does what it does before the next one
 */
export const besideEachCall = (
  scenario: Scenario,
  act: (ports: MemoryPorts) => Promise<void>,
  touches = /^/,
): Promise<Disturbed> =>
  disturbEach(
    scenario,
    ({ method, key }) => method !== 'remove' && touches.test(key),
    ({ world }, at) => {
      const standing = world.fault
      let hung: Call | undefined
      world.fault = (call, number) => {
        if (number === at) hung = call
        return standing(call, number)
      }
      world.pause = async (call) => {
        if (call === hung) await act(memoryPorts({ world }))
      }
    },
  )

/** @param disturb arranges that something goes wrong at the call with this number, from 1 */
async function disturbEach(
  { world, standing, work, wrong: wrongIn, notDone }: Scenario,
  applies: (call: Call) => boolean,
  disturb: (ports: MemoryPorts, at: number) => void,
  delivery: () => DrainOptions = () => ({}),
): Promise<Disturbed> {
  const before = await world()
  const run = async (at?: number): Promise<{ calls: readonly Call[]; wrong: readonly string[] }> => {
    const ports = memoryPorts({ world: sameWorld(before) })
    const { calls } = ports.world
    let isGivingUp = false
    ports.world.fault = (call) => standing?.(call, isGivingUp)
    if (at !== undefined) disturb(ports, at)
    const look = (givingUp: boolean) => {
      isGivingUp = givingUp
    }
    try {
      await work(ports, { ...delivery(), before: look })
      return { calls, wrong: [...wrongIn(ports, before), ...notDone(ports)] }
    } catch (error) {
      return { calls, wrong: [error instanceof Error ? `${error.stack}` : `${error}`] }
    }
  }
  const undisturbed = await run()
  const wrong = undisturbed.wrong.map((what) => `undisturbed: ${what}`)
  let faults = 0
  for (const [index, call] of undisturbed.calls.entries()) {
    if (!applies(call)) continue
    faults += 1
    const where = `call ${index + 1}, ${call.port}.${call.method} ${call.key}`
    wrong.push(...(await run(index + 1)).wrong.map((what) => `${where}: ${what}`))
  }
  return { faults, wrong }
}
