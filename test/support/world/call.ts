/** One call of a port's method. Reading an opened file is the call `files.read`. */
export interface Call {
  readonly port:
    | 'objects'
    | 'uploads'
    | 'files'
    | 'downloads'
    | 'copier'
    | 'messages'
    | 'bucket'
    | 'labeler'
    | 'workteams'
    | 'receivers'
  readonly method: string
  /** The object's key (the first one, if there are several), the file's URI, or the queue. */
  readonly key: string
  /** How many requests the real adapter sends for this call when nothing fails. */
  readonly requests: number
  readonly range?: { readonly start: number; readonly end: number }
  /** Whether the call is a conditional write, which may be refused. */
  readonly conditional?: boolean
}

/**
 * How a call fails:
 * - `before`, `after`: the process crashes before the call takes effect, or after;
 * - an `Error`: the call fails and has no effect; `{ after: error }`: it fails although it took effect;
 * - `refused`: a conditional write takes effect and still reports a failed condition, as a retried request does that
 *   meets its own first attempt;
 * - `{ answer }`: the call has no effect and returns this;
 * - `undefined`: it does not fail.
 */
export type Fault =
  | 'before'
  | 'after'
  | 'refused'
  | Error
  | { readonly after: Error }
  | { readonly answer: unknown }
  | undefined

/** What {@link perform} needs of the world. */
export interface CallHooks {
  /** All calls so far, in order. */
  readonly calls: Call[]
  /** Decides how a call fails; `number` counts calls from 1. */
  fault: (call: Call, number: number) => Fault
  /** Awaited before a call takes effect. A pause lets concurrent work overtake the call. */
  pause: (call: Call) => Promise<void>
}

/** The process crashed at a call: faults `before` and `after` throw it. */
export class SimulatedCrash extends Error {}

/**
 * Performs one call of a port: records it, waits for `pause`, and applies the fault that the world injects.
 *
 * @param work the effect of the call; synchronous, hence atomic
 * @param refusal for a conditional write: what it returns when the condition does not hold
 */
export async function perform<Result>(
  world: CallHooks,
  call: Omit<Call, 'requests' | 'conditional'> & { requests?: number },
  work: () => Result,
  refusal?: { readonly answer: Result },
): Promise<Result> {
  const recorded = { requests: 1, ...call, ...(refusal && { conditional: true }) }
  const number = world.calls.push(recorded)
  const fault = world.fault(recorded, number)
  await world.pause(recorded)
  if (fault instanceof Error) throw fault
  const crash = () => new SimulatedCrash(`died ${fault} call ${number}, ${call.port}.${call.method} ${call.key}`)
  if (fault === 'before') throw crash()
  // A test that injects an answer chooses one of the type that this call returns.
  if (typeof fault === 'object' && 'answer' in fault) return fault.answer as Result
  const result = work()
  if (fault === 'after') throw crash()
  if (typeof fault === 'object') throw fault.after
  return fault === 'refused' && refusal ? refusal.answer : result
}
