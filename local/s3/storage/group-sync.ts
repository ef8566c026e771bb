/** Waits until written bytes are on disk, with one sync for all who wait at the same time. */
export interface GroupSync {
  /** Call it after each write. */
  written(): void
  /**
   * Resolves when everything that was written before this call is on disk.
   * @throws the failure of any sync so far: the operating system may have dropped the bytes, and reports it only once
   */
  onDisk(): Promise<void>
}

/**
 * Creates a group of writes to one file.
 * @param sync waits for the disk; runs once at a time
 * @param onFailure receives the first failure
 */
export function createGroupSync(sync: () => Promise<void>, onFailure: (error: unknown) => void): GroupSync {
  let written = 0
  let synced = 0
  let running: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined

  async function run(): Promise<void> {
    const upTo = written
    try {
      await sync()
      synced = upTo
    } catch (error) {
      failure = { error }
      onFailure(error)
    } finally {
      running = undefined
    }
  }

  return {
    written() {
      written++
    },
    async onDisk() {
      const wanted = written
      // A sync that already runs may have begun before the write.
      while (synced < wanted && !failure) {
        running ??= run()
        await running
      }
      if (failure) throw failure.error
    },
  }
}
