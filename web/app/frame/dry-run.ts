import type { ApiCall } from './calls.ts'
import { toApiError } from './client.ts'
import { debounce } from './debounce.ts'
import { type DryRun, toChecking } from './dry-run-state.ts'
import type { PageContext } from './page.ts'

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
