import { readFileSync } from 'node:fs'

/**
 * Returns the peak memory of this process in MB. Without /proc it is the value of getrusage, which may be that of the
 * parent process, because it survives exec.
 */
export function peakMegabytes(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? []
    if (kilobytes !== undefined) return Number(kilobytes) / 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024
}
