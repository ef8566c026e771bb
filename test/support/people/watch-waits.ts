import { NextTasks } from '../../../shared/contracts/labeling-task.ts'
import type { Send } from '../../../tools/people/send.ts'

/** What sends requests, and whether it is too early for them. */
export interface PromptSend {
  readonly send: Send
  /** Calls of `next` that came earlier than the reply before had allowed: path, and by how many seconds. */
  readonly early: { readonly path: string; readonly seconds: number }[]
}

/** Watches that nobody asks for tasks again before the time that the last reply has named. */
export function watchWaits(send: Send, now: () => Date): PromptSend {
  const early: PromptSend['early'] = []
  const notBefore = new Map<string, number>()
  return {
    early,
    send: async (request) => {
      const { method, path, token } = request
      if (method !== 'POST' || !path.endsWith('/next')) return send(request)
      const caller = `${token} ${path}`
      const seconds = ((notBefore.get(caller) ?? 0) - now().getTime()) / 1000
      if (seconds > 0) early.push({ path, seconds })
      const reply = await send(request)
      const { success, data } = NextTasks.safeParse(reply.json)
      if (success && data.state === 'wait') notBefore.set(caller, now().getTime() + 1000 * data.retryAfterSeconds)
      return reply
    },
  }
}
