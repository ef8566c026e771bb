import { describe, expect, it } from '@jest/globals'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import {
  type BatchForm,
  openBatchForm,
  reduceBatchForm,
  toBatchBody,
  toBatchCall,
  toNumber,
} from '../../../web/app/batches/form.ts'

const opened = (search = 'dataset=sample-train&class=Tire'): BatchForm => openBatchForm(new URLSearchParams(search))

describe('the form of a batch', () => {
  it('it begins with the dataset and the classes of the address', () => {
    expect(opened('dataset=sample-train&class=Tire&class=Person')).toMatchObject({
      dataset: 'sample-train',
      classNames: ['Tire', 'Person'],
      run: 'manifest',
    })
  })

  it('the name follows from classes and number until somebody types one', () => {
    const form = opened('dataset=d&class=Vehicle registration plate')
    expect(form.name).toBe('vehicle-registration-plate-0')
    const second = reduceBatchForm(form, { batchOffset: '3' })
    expect(second.name).toBe('vehicle-registration-plate-3')
    const named = reduceBatchForm(second, { name: 'plates' })
    expect(reduceBatchForm(named, { batchOffset: '4' }).name).toBe('plates')
    const emptied = reduceBatchForm(named, { name: '' })
    expect(emptied.name).toBe('')
    expect(reduceBatchForm(emptied, { batchOffset: '4' }).name).toBe('vehicle-registration-plate-4')
  })

  it('a suggested name is always one that the API takes', () => {
    for (const name of ['Pâté', '(/m/05)', 'x'.repeat(200), 'Fish & chips']) {
      const form = opened(`dataset=d&class=${encodeURIComponent(name)}`)
      expect(form.name).toMatch(/^[a-z0-9](-?[a-z0-9]){0,62}$/)
    }
    expect(opened(`dataset=d&class=${encodeURIComponent('轮胎')}`).name).toBe('')
  })

  it('classes are taken back when another dataset is chosen', () => {
    expect(reduceBatchForm(opened(), { dataset: 'other' }).classNames).toEqual([])
    expect(reduceBatchForm(opened(), { dataset: 'sample-train' }).classNames).toEqual(['Tire'])
    expect(reduceBatchForm(opened('class=Tire'), { dataset: 'first' }).classNames).toEqual(['Tire'])
  })
})

describe('the request of a batch', () => {
  it('fields with their default are left out', () => {
    expect(toBatchBody(opened())).toEqual({
      dataset: 'sample-train',
      classNames: ['Tire'],
      examplesPerClass: 20,
      run: 'manifest',
    })
  })

  it('everything that is chosen is in it', () => {
    const form = reduceBatchForm(opened(), {
      examplesPerClass: '7',
      batchOffset: '2',
      allocation: 'window',
      excludeFlags: ['isGroupOf'],
      includeParts: true,
      withBoxes: true,
      withProvenance: true,
    })
    const body = toBatchBody(form)
    expect(body).toEqual({
      dataset: 'sample-train',
      classNames: ['Tire'],
      examplesPerClass: 7,
      batchOffset: 2,
      allocation: 'window',
      excludeFlags: ['isGroupOf'],
      includeParts: true,
      run: 'manifest',
      manifest: { boxes: 'open-images', provenance: true },
    })
    expect(BatchRequest.safeParse(body).success).toBe(true)
  })

  it('the manifest has no options where none is written', () => {
    const form = reduceBatchForm(opened(), { withProvenance: true, run: 'copy' })
    expect(toBatchBody(form)).not.toHaveProperty('manifest')
    expect(toBatchBody(reduceBatchForm(form, { run: 'select' }))).not.toHaveProperty('run')
  })

  it('a number that was not typed well is left to the API to ask for', () => {
    expect(toBatchBody(reduceBatchForm(opened(), { examplesPerClass: '' }))).not.toHaveProperty('examplesPerClass')
    expect([toNumber(' '), toNumber('x'), toNumber('0'), toNumber('1.5')]).toEqual([undefined, undefined, 0, 1.5])
  })

  it('nothing is asked while dataset, classes or name are missing', () => {
    expect(toBatchCall(opened('dataset=d'))).toBeUndefined()
    expect(toBatchCall(opened('class=Tire'))).toBeUndefined()
    expect(toBatchCall(reduceBatchForm(opened(), { name: '' }))).toBeUndefined()
    expect(toBatchCall(opened())).toMatchObject({ method: 'PUT', path: 'v1/batches/tire-0' })
  })
})
