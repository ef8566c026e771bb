import type { MemoryPorts } from '../support/world/ports.ts'

/** Lists that end early, so that there is much to remove. */
export const withShortLists = (ports: MemoryPorts): MemoryPorts => ({
  ...ports,
  objects: {
    ...ports.objects,
    list: (prefix, options) => ports.objects.list(prefix, { ...options, limit: Math.min(4, options?.limit ?? 4) }),
  },
})
