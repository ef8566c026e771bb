import { describe, expect, it } from '@jest/globals'
import { registerDataset } from '../../../shared/datasets/register/register.ts'
import { CATALOG } from '../../../shared/datasets/sources/catalog.ts'
import { listKeys, REGISTRATION } from '../../support/fixtures/small-dataset.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const now = { validateOnly: false }

describe('registerDataset', () => {
  it('creates a dataset once and is idempotent', async () => {
    const ports = memoryPorts()
    expect(await registerDataset('mine', REGISTRATION, now, ports)).toMatchObject({ created: true })
    expect(await registerDataset('mine', REGISTRATION, now, ports)).toMatchObject({ created: false })
  })

  it('rejects a different registration of the same name, naming the fields that differ', async () => {
    const ports = memoryPorts()
    await registerDataset('mine', REGISTRATION, now, ports)
    await expect(registerDataset('mine', { ...REGISTRATION, title: 'Other' }, now, ports)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('title'),
      issues: [{ at: 'body.title', message: expect.any(String) }],
    })
  })

  it('rejects a different registration of a catalog name, and accepts the same one', async () => {
    const ports = memoryPorts()
    const [name = '', published] = Object.entries(CATALOG)[0] ?? []
    await expect(registerDataset(name, REGISTRATION, now, ports)).rejects.toMatchObject({ code: 'conflict' })
    expect(await registerDataset(name, published ?? REGISTRATION, now, ports)).toMatchObject({ created: false })
  })

  it('writes nothing in a dry run', async () => {
    const ports = memoryPorts()
    await registerDataset('mine', REGISTRATION, { validateOnly: true }, ports)
    expect(listKeys(ports)).toEqual([])
  })
})
