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

export function saveSettings(settings: Settings): void {
  localStorage.setItem(KEY, JSON.stringify(settings))
}
