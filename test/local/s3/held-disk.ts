/** A disk that takes its time. Syncs wait until they are let go. */
export interface HeldDisk {
  readonly sync: () => Promise<void>
  /** How many syncs wait. */
  readonly waiting: number
  /** How many were asked for. */
  readonly asked: number
  hold(): void
  /** Lets all syncs go that wait, or makes them fail. New ones wait. */
  step(error?: Error): void
  /** Lets all syncs go from now on. */
  release(): void
}

/** Creates a disk that holds nothing yet. */
export function heldDisk(): HeldDisk {
  let waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  let isHeld = false
  let asked = 0
  const step = (error?: Error): void => {
    const all = waiting
    waiting = []
    for (const { resolve, reject } of all) error ? reject(error) : resolve()
  }
  return {
    async sync() {
      asked++
      if (isHeld) await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
    },
    get waiting() {
      return waiting.length
    },
    get asked() {
      return asked
    },
    hold() {
      isHeld = true
    },
    step,
    release() {
      isHeld = false
      step()
    },
  }
}
