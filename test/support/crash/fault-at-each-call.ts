import type { DrainOptions } from '../broker/drain.ts'
import type { Call, Fault } from '../world/call.ts'
import { type MemoryPorts, memoryPorts } from '../world/ports.ts'
import { type Disturbable, disturbEachCall, type Outcome } from './disturb-each-call.ts'
import type { Scenario } from './scenario.ts'

/**
 * Runs a scenario with one fault, at each call in turn to which the fault can happen.
 *
 * @param delivery how messages are delivered, built anew for each run
 */
export const faultAtEachCall = (
  scenario: Scenario,
  faultFor: (call: Call) => Fault,
  delivery?: () => DrainOptions,
): Promise<Outcome> =>
  disturbEachCall(
    withInvariants(scenario),
    (call) => faultFor(call) !== undefined,
    ({ world }, at) => {
      const otherwise = world.fault
      world.fault = (call, number) => (number === at ? faultFor(call) : otherwise(call, number))
    },
    delivery,
  )

/**
 * Runs a scenario in which another actor acts while one call hangs, at each call in turn. Calls that remove objects do
 * not hang: S3 has no conditional bulk delete, so the code checks right before it deletes.
 *
 * @param act works on its own ports over the same world; its calls are not disturbed
 * @param touches the keys that the actor reads or writes: acting before a call to any other key is the same as acting
 *   before the next call to one of these
 */
export const interleaveAtEachCall = (
  scenario: Scenario,
  act: (ports: MemoryPorts) => Promise<void>,
  touches = /^/,
): Promise<Outcome> =>
  disturbEachCall(
    withInvariants(scenario),
    ({ method, key }) => method !== 'remove' && touches.test(key),
    ({ world }, at) => {
      const otherwise = world.fault
      let hanging: Call | undefined
      world.fault = (call, number) => {
        if (number === at) hanging = call
        return otherwise(call, number)
      }
      world.pause = async (call) => {
        if (call === hanging) await act(memoryPorts({ world }))
      }
    },
  )

const withInvariants = ({ wrong, notDone, ...work }: Scenario): Disturbable => ({
  ...work,
  check: async (ports, before) => [...wrong(ports, before), ...notDone(ports)],
})
