import { describe, expect, it } from '@jest/globals'
import { EVENT_TYPES } from '../../../shared/contracts/event-type.ts'
import { WorkerRequest } from '../../../shared/contracts/worker.ts'
import {
  EMPTY_WEBHOOK,
  EVENT_TYPES as OFFERED,
  reduceWebhookForm,
  toWebhookCall,
} from '../../../web/app/webhooks/form.ts'
import { openWorkerForm, reduceWorkerForm, toWorkerBody, toWorkerCall } from '../../../web/app/workers/form.ts'

const open = (search = '') => openWorkerForm(new URLSearchParams(search))

describe('the form of a worker', () => {
  it('a name is all that it needs', () => {
    expect(toWorkerCall(open())).toBeUndefined()
    expect(toWorkerCall(reduceWorkerForm(open(), { name: 'ann' }))).toEqual({
      method: 'PUT',
      path: 'v1/workers/ann',
      body: {},
    })
  })

  it('a job in the address restricts the worker to it', () => {
    expect(toWorkerBody(open('job=tires-0&role=review'))).toEqual({ role: 'review', jobs: ['tires-0'] })
  })

  it('jobs do not count once the worker may see all of them', () => {
    expect(toWorkerBody(reduceWorkerForm(open('job=tires-0'), { isRestricted: false }))).toEqual({})
  })

  it('the end is sent in UTC', () => {
    const expires = '2026-12-31T18:00'
    const body = toWorkerBody(reduceWorkerForm(open(), { seats: '30', expires }))
    expect(body).toEqual({ seats: 30, expiresAt: new Date(expires).toISOString() })
    expect(WorkerRequest.safeParse(body).success).toBe(true)
  })
})

describe('the form of a webhook', () => {
  it('it offers every type of event', () => {
    expect([...OFFERED].sort()).toEqual([...EVENT_TYPES].sort())
  })

  it('it needs a name and an address', () => {
    expect(toWebhookCall(EMPTY_WEBHOOK)).toBeUndefined()
    const form = reduceWebhookForm(EMPTY_WEBHOOK, {
      name: 'mine',
      url: 'https://example.org/',
      events: ['batch.copied'],
    })
    expect(toWebhookCall(form)).toEqual({
      method: 'PUT',
      path: 'v1/webhooks/mine',
      body: { url: 'https://example.org/', events: ['batch.copied'] },
    })
  })
})
