import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { previewCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { PAGES_RULE } from '../support/fixtures/pages-rule.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { callsTo, completeCopy, readStatus, selectedBatch } from './pets-copy.ts'

const OWN_RULE = { origins: ['https://mine.example'], methods: ['PUT'], headers: ['*'], exposed: [] }

const refuseCors = (method: 'corsRules' | 'setCorsRules', { world }: MemoryPorts) => {
  world.fault = (call) => (call.method === method ? new AppError('upstream-failed', 'AccessDenied') : undefined)
}

describe('the CORS rule that pages need to show copies', () => {
  it('is added when a copy starts, before the rules of the bucket', async () => {
    const ports = await selectedBatch(3)
    ports.world.corsRules = [OWN_RULE]
    await startCopy('b', ports)
    expect(ports.world.corsRules).toEqual([PAGES_RULE, OWN_RULE])
  })

  it('is added once, and looked for once a round', async () => {
    const ports = await selectedBatch(3)
    await completeCopy(ports)
    await startCopy('b', ports, { verify: true })
    // It resumes the round, and starts none.
    await startCopy('b', ports)
    expect(ports.world.corsRules).toEqual([PAGES_RULE])
    expect(
      [callsTo(ports.world, 'corsRules'), callsTo(ports.world, 'setCorsRules')].map(({ length }) => length),
    ).toEqual([2, 1])
  })

  it.each(['corsRules', 'setCorsRules'] as const)(
    'does not stop a copy when %s fails, which is logged',
    async (method) => {
      const ports = await selectedBatch(3)
      refuseCors(method, ports)
      await completeCopy(ports)
      expect(await readStatus(ports)).toBe('copied')
      expect(ports.world.logged.filter(({ event }) => event === 'cors_rule.failed')).toHaveLength(1)
    },
  )

  it('is not added by a request that is refused, a preview or a cancellation', async () => {
    const ports = await selectedBatch(3)
    await expect(startCopy('other', ports)).rejects.toMatchObject({ code: 'not-found' })
    await previewCopy('b', ports)
    await expect(cancelCopy('b', ports)).rejects.toMatchObject({ code: 'not-found' })
    expect(ports.world.corsRules).toEqual([])
  })
})
