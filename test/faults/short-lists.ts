import type { MemoryPorts } from '../support/world/ports.ts'

/** Returns ports whose listings have at most four keys, so that deleting takes many pages. */
export const withShortLists = (ports: MemoryPorts): MemoryPorts => ({
  ...ports,
  objects: {
    ...ports.objects,
    list: (prefix, options) => ports.objects.list(prefix, { ...options, limit: Math.min(4, options?.limit ?? 4) }),
  },
})
