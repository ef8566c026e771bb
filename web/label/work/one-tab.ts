/** The right of one tab to work, so that no two tabs answer the same tasks. */
export interface TabRight {
  /** Whether this tab has it. */
  readonly isHere: boolean
  release(): void
}

/**
 * Asks for the right to work as an account.
 * @param isTaken whether to take it from another tab that has it
 * @param onLost called when another tab takes it
 * @see https://www.w3.org/TR/web-locks/
 */
export async function claimTab(account: string, isTaken: boolean, onLost: () => void): Promise<TabRight> {
  // Only pages of secure origins have locks; without them, the server sorts out what two tabs send.
  if (!('locks' in navigator)) return { isHere: true, release: () => undefined }
  return await new Promise<TabRight>((resolve) => {
    let release = (): void => undefined
    const held = new Promise<void>((end) => {
      release = end
    })
    const options = isTaken ? { steal: true } : { ifAvailable: true }
    navigator.locks
      .request(`groundwork-label/${account}`, options, async (lock) => {
        if (!lock) return resolve({ isHere: false, release: () => undefined })
        resolve({ isHere: true, release })
        await held
      })
      .catch(onLost)
  })
}
