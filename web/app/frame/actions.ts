import type { ApiCall } from './calls.ts'
import { toApiError } from './client.ts'
import type { Question } from './dialog-host.ts'
import type { PageContext } from './page.ts'
import type { Problem } from './problem.ts'

/** What a button does. */
export interface Action<Body = unknown> {
  /** Asked before something that costs or deletes. */
  readonly question?: Question
  readonly call: ApiCall
  /** Announced when the API has accepted it. */
  readonly said: string
  /** Gets the answer of the API. */
  onAccepted?(body: Body): void
  /** Address of the page that follows where the resource is gone. */
  readonly next?: string
}

/** Performs what buttons do. */
export interface Actions {
  /** Why the latest action was refused. */
  problem(): Problem | undefined
  perform<Body>(action: Action<Body>): Promise<void>
}

/** Makes what performs actions. @param onDone is called after each that the API has answered, to look at the resource again */
export function makeActions({ client, ask, announce, go, redraw }: PageContext, onDone: () => void): Actions {
  let problem: Problem | undefined
  return {
    problem: () => problem,
    perform: async <Body>({ question, call, said, onAccepted, next }: Action<Body>) => {
      problem = undefined
      if (question && !(await ask(question))) return
      try {
        const { body } = await client.call<Body>(call)
        announce(said)
        onAccepted?.(body)
        if (next !== undefined) return go(next)
      } catch (error) {
        problem = toApiError(error)
      }
      onDone()
      redraw()
    },
  }
}
