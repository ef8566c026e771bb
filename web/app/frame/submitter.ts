import type { ApiCall } from './calls.ts'
import { toApiError } from './client.ts'
import type { PageContext } from './page.ts'
import type { Problem } from './problem.ts'

/** Sends a form, once at a time. */
export interface Submitter {
  isSending(): boolean
  /** Why the latest try was refused. */
  problem(): Problem | undefined
  /** The form has changed, so the refusal is no longer about it. */
  forget(): void
  readonly submit: (event: Event) => void
}

interface Outcome {
  /** What is announced. */
  readonly said: string
  /** Address of the page to go to. */
  next?(): string
  /** Gets the answer, such as a link that is shown once. */
  onBody?(body: unknown): void
}

/** Makes what sends a form. @param toCall returns its call; undefined while it is incomplete */
export function submitter(
  { client, announce, go, redraw }: PageContext,
  toCall: () => ApiCall | undefined,
  { said, next, onBody }: Outcome,
): Submitter {
  let isSending = false
  let problem: Problem | undefined
  const send = async (call: ApiCall): Promise<void> => {
    isSending = true
    problem = undefined
    redraw()
    try {
      const { body } = await client.call<unknown>(call)
      announce(said)
      onBody?.(body)
      if (next) go(next())
    } catch (error) {
      problem = toApiError(error)
    }
    isSending = false
    redraw()
  }
  return {
    isSending: () => isSending,
    problem: () => problem,
    forget: () => {
      problem = undefined
    },
    submit: (event) => {
      event.preventDefault()
      const call = toCall()
      if (call && !isSending) void send(call)
    },
  }
}
