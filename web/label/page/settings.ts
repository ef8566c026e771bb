import type { Settings } from './state.ts'

const KEY = 'groundwork-label-settings'

/** Returns what was set in this browser, above the defaults. */
export function readSettings(defaults: Settings): Settings {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) }
  } catch {
    return defaults
  }
}

const SEEN_KEY = 'groundwork-label-instructions'

/** Whether the instructions of a job were shown in this browser; from now on they were. */
export function wereInstructionsShown(job: string): boolean {
  const seen = (localStorage.getItem(SEEN_KEY) ?? '').split(',')
  if (seen.includes(job)) return true
  localStorage.setItem(SEEN_KEY, [...seen, job].slice(-100).join(','))
  return false
}

export function saveSettings(settings: Settings): void {
  localStorage.setItem(KEY, JSON.stringify(settings))
}
