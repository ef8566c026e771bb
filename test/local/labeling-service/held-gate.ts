import { setTimeout as delay } from 'node:timers/promises'

/** A gate that lets one step through at a time. */
export interface HeldGate {
  readonly gate: () => Promise<void>
  /** Lets one step through, once there is one that waits. */
  step(): Promise<void>
  /** Whether a step waits: all before it are done. */
  isWaiting(): boolean
  /** Resolves when one does. */
  waiting(): Promise<void>
  /** Lets everything through from now on. */
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
