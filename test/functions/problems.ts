import { expect } from '@jest/globals'
import type { Answer } from '../support/http/running-api.ts'

const CODES: Readonly<Record<string, number>> = {
  'invalid-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'wrong-state': 409,
  'source-changed': 409,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'unknown-class': 422,
  'class-not-boxable': 422,
  'bad-source': 422,
  'preflight-failed': 422,
  'quota-reached': 429,
}

/** Asserts that an answer is a problem document with a known code, and with issues at the given places. */
export function expectProblem(answer: Answer, status: number, ...places: string[]): void {
  const { json, headers, text } = answer
  expect([answer.status, text]).toEqual([status, text])
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(json).toEqual({
    type: expect.stringMatching(new RegExp(`#${json.code}$`)),
    title: expect.any(String),
    status,
    detail: expect.stringMatching(/\.$/),
    instance: `urn:request:${headers.get('x-request-id')}`,
    code: json.code,
    errors: expect.any(Array),
  })
  expect(CODES[json.code]).toBe(status)
  const at = json.errors.map((issue: { at: string }) => issue.at)
  expect(at).toEqual(expect.arrayContaining(places))
  for (const { message } of json.errors) expect(message).not.toMatch(/Invalid input|, received |Too (big|small):/)
}
