import { describe, expect, it } from '@jest/globals'
import { registerDataset } from '../../../shared/datasets/register/register.ts'
import { CATALOG } from '../../../shared/datasets/sources/catalog.ts'
import { keysOf, REGISTRATION } from '../../support/fixtures/small-dataset.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const now = { validateOnly: false }

describe('registerDataset', () => {
  it('makes a dataset once, and takes the same again for the same', async () => {
    const ports = memoryPorts()
    expect(await registerDataset('mine', REGISTRATION, now, ports)).toMatchObject({ created: true })
    expect(await registerDataset('mine', REGISTRATION, now, ports)).toMatchObject({ created: false })
  })

  it('refuses another under a name that is taken, and says in what it differs', async () => {
    const ports = memoryPorts()
    await registerDataset('mine', REGISTRATION, now, ports)
    await expect(registerDataset('mine', { ...REGISTRATION, title: 'Other' }, now, ports)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('differs in title'),
      issues: [{ at: 'body.title', message: expect.any(String) }],
    })
  })

  it('refuses the name of one in the catalog, and takes that one itself as it is', async () => {
    const ports = memoryPorts()
    const [name = '', published] = Object.entries(CATALOG)[0] ?? []
    await expect(registerDataset(name, REGISTRATION, now, ports)).rejects.toMatchObject({ code: 'conflict' })
    expect(await registerDataset(name, published ?? REGISTRATION, now, ports)).toMatchObject({ created: false })
  })

  it('with validateOnly leaves nothing', async () => {
    const ports = memoryPorts()
    await registerDataset('mine', REGISTRATION, { validateOnly: true }, ports)
    expect(keysOf(ports)).toEqual([])
  })
})
