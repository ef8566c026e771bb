import { setTimeout as delay } from 'node:timers/promises'

/** A gate that releases one step at a time. */
export interface HeldGate {
  readonly gate: () => Promise<void>
  /** Releases one step, once one is waiting. */
  step(): Promise<void>
  /** Returns whether a step is waiting, so that all earlier ones have completed. */
  isWaiting(): boolean
  /** Resolves when a step is waiting. */
  waiting(): Promise<void>
  /** Releases all current and future steps. */
  open(): void
}

export function heldGate(): HeldGate {
  const held: (() => void)[] = []
  let isOpen = false
  const waiting = async () => {
    while (held.length === 0) await delay(1)
  }
  return {
    gate: () => (isOpen ? Promise.resolve() : new Promise((resolve) => held.push(resolve))),
    isWaiting: () => held.length > 0,
    waiting,
    async step() {
      await waiting()
      held.shift()?.()
    },
    open() {
      isOpen = true
      for (const resolve of held.splice(0)) resolve()
    },
  }
}
