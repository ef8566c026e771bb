import { AppError } from '../../../shared/contracts/errors.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { parseOutboundUrl, redactUrl } from '../../../shared/platform/outbound/outbound-url.ts'
import { tooLarge } from '../../../shared/platform/outbound/safe-fetch.ts'
import type { Downloads } from '../../../shared/platform/ports.ts'
import { perform } from './call.ts'
import type { World } from './world.ts'

const START_BYTES = 1024

/** Downloads from the world's web. */
export const memoryDownloads = (world: World, config: Config): Downloads => ({
  get: async (address, { maxBytes, checkStart }) => {
    const url = parseOutboundUrl(address, config.allowLoopback)
    return await perform(world, { port: 'downloads', method: 'get', key: address }, () => {
      const target = parseOutboundUrl(world.redirects.get(url.href) ?? url.href, config.allowLoopback)
      const page = world.web.get(target.href)
      const from = redactUrl(target)
      if (!page) throw new AppError('bad-source', `There is no file at ${from} (404).`)
      if (page.bytes.length > maxBytes) throw tooLarge(target, maxBytes)
      checkStart(page.bytes.subarray(0, START_BYTES), from)
      return { bytes: page.bytes.slice(), url: from }
    })
  },
})
