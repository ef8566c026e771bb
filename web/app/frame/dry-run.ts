import type { ApiCall } from './calls.ts'
import { toApiError } from './client.ts'
import { debounce } from './debounce.ts'
import type { PageContext } from './page.ts'
import type { Problem } from './problem.ts'

/** What the API would do with a form as it is now. */
export type DryRun<Preview> =
  /** Something that every request needs is missing. */
  | { readonly state: 'incomplete' }
  /** `last`: the preview of the form before its last change, so that nothing flickers. */
  | { readonly state: 'checking'; readonly last?: Preview | undefined }
  | { readonly state: 'fine'; readonly preview: Preview }
  | { readonly state: 'refused'; readonly problem: Problem }

/** Returns what is shown while another dry run is under way. Pure. */
export function toChecking<Preview>(before: DryRun<Preview>): DryRun<Preview> {
  const last = getPreview(before)
  return { state: 'checking', ...(last !== undefined && { last }) }
}

/** Returns the preview that a dry run has, or had before the last change. Pure. */
export function getPreview<Preview>(run: DryRun<Preview>): Preview | undefined {
  if (run.state === 'fine') return run.preview
  return run.state === 'checking' ? run.last : undefined
}

/** Makes dry runs of a form while somebody fills it in. */
export interface DryRunner<Preview> {
  readonly current: DryRun<Preview>
  /** The form has changed. */
  changed(): void
}

const PAUSE_MILLISECONDS = 350

/**
 * Makes what asks the API about a form, once nobody has typed for a moment.
 * @param toCall returns the call that the form would make; undefined while it is incomplete
 */
export function makeDryRunner<Preview>(
  { client, redraw, signal }: PageContext,
  toCall: () => ApiCall | undefined,
): DryRunner<Preview> {
  let current: DryRun<Preview> = { state: 'incomplete' }
  let request = new AbortController()
  const set = (next: DryRun<Preview>): void => {
    current = next
    redraw()
  }
  const ask = async (call: ApiCall): Promise<void> => {
    const { signal: mine } = request
    try {
      const path = `${call.path}?validateOnly=true`
      const { body } = await client.call<Preview>({ ...call, path }, { signal: AbortSignal.any([signal, mine]) })
      set({ state: 'fine', preview: body })
    } catch (error) {
      if (!mine.aborted && !signal.aborted) set({ state: 'refused', problem: toApiError(error) })
    }
  }
  const askSoon = debounce(PAUSE_MILLISECONDS, signal, (call: ApiCall) => void ask(call))
  return {
    get current() {
      return current
    },
    changed: () => {
      request.abort()
      request = new AbortController()
      const call = toCall()
      set(call ? toChecking(current) : { state: 'incomplete' })
      if (call) askSoon(call)
    },
  }
}
