import { expect, it } from '@jest/globals'
import { worker as runChunk } from '../../../functions/workers/run-chunk.ts'
import { worker as runTask } from '../../../functions/workers/run-task.ts'
import { DOWNLOAD_ATTEMPTS, DOWNLOAD_LIMITS } from '../../../shared/platform/outbound/download.ts'
import { TIME_LIMITS } from '../../../shared/platform/outbound/request.ts'

it('a body times out before its worker does', () => {
  for (const { timeoutSeconds } of [runChunk, runTask])
    expect(TIME_LIMITS.answer + TIME_LIMITS.body).toBeLessThan(timeoutSeconds * 1000)
})

it('all attempts of a download together time out before their worker does', () => {
  const maxMilliseconds = DOWNLOAD_ATTEMPTS * (DOWNLOAD_LIMITS.answer + DOWNLOAD_LIMITS.body)
  expect(maxMilliseconds).toBeLessThan(runTask.timeoutSeconds * 1000)
})
