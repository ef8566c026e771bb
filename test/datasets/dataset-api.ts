import { afterAll, beforeAll } from '@jest/globals'
import { endpoint as browseClasses } from '../../functions/datasets/browse-classes.ts'
import { endpoint as cancelImport } from '../../functions/datasets/cancel-import.ts'
import { endpoint as forget } from '../../functions/datasets/forget.ts'
import { endpoint as get } from '../../functions/datasets/get.ts'
import { endpoint as startImport } from '../../functions/datasets/import.ts'
import { endpoint as list } from '../../functions/datasets/list.ts'
import { endpoint as register } from '../../functions/datasets/register.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { setToken } from '../../shared/platform/tokens/create.ts'
import { listKeys } from '../support/fixtures/small-dataset.ts'
import { fetchDeclared } from '../support/http/declared-answers.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

/** Serves the endpoints of datasets over HTTP while the tests of a file run. */
export function serveDatasets() {
  let ports: MemoryPorts
  let gateway: Awaited<ReturnType<typeof startGateway>>
  beforeAll(async () => {
    const endpoints = Object.entries({ browseClasses, cancelImport, forget, get, startImport, list, register }).map(
      ([name, endpoint]) => ({ name, endpoint, handler: lambda(endpoint as typeof get, () => ports) }),
    )
    gateway = await startGateway({ endpoints, port: 0 })
  })
  afterAll(() => gateway.stop())
  return {
    /** Serves another world from now on. */
    async arrange(make: () => Promise<MemoryPorts>): Promise<MemoryPorts> {
      ports = await make()
      await setToken('mine', 'dev', 'write', ports)
      return ports
    },
    /** Calls an endpoint below `/v1/datasets`, and checks the answer against the contract. */
    async call(method: string, path: string, body?: unknown) {
      const response = await fetchDeclared(`${gateway.url}/v1/datasets${path}`, {
        method,
        headers: {
          authorization: 'Bearer mine',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
    },
  }
}

/** Lists the keys of the dataset `small`. */
export const ownKeys = (ports: MemoryPorts): string[] => listKeys(ports).filter((key) => !key.includes('s3://work/'))
