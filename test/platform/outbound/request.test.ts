import { expect, it } from '@jest/globals'
import { worker as runChunk } from '../../../functions/workers/run-chunk.ts'
import { worker as runTask } from '../../../functions/workers/run-task.ts'
import { DOWNLOAD_ATTEMPTS, DOWNLOAD_LIMITS } from '../../../shared/platform/outbound/download.ts'
import { TIME_LIMITS } from '../../../shared/platform/outbound/request.ts'

it('a body that never ends is given up while its worker still lives to say so', () => {
  for (const { timeoutSeconds } of [runChunk, runTask])
    expect(TIME_LIMITS.answer + TIME_LIMITS.body).toBeLessThan(timeoutSeconds * 1000)
})

it('so is a download, also where it is tried again', () => {
  const most = DOWNLOAD_ATTEMPTS * (DOWNLOAD_LIMITS.answer + DOWNLOAD_LIMITS.body)
  expect(most).toBeLessThan(runTask.timeoutSeconds * 1000)
})
