import { describe, expect, it } from '@jest/globals'
import { linkTo, parseRoute } from '../../../web/app/frame/routes.ts'

const read = (hash: string) => {
  const route = parseRoute(hash)
  return route && { page: route.page, name: route.name, query: route.query.toString() }
}

describe('addresses of pages', () => {
  it('an empty address is the page of datasets', () => {
    expect(read('')).toEqual({ page: 'datasets', name: '', query: '' })
    expect(read('#/')).toEqual({ page: 'datasets', name: '', query: '' })
  })

  it('the name of a resource is read from the address', () => {
    expect(read('#/batches/tires-0')).toEqual({ page: 'batch', name: 'tires-0', query: '' })
    expect(read('#/jobs/tires-0-labels/disputes')).toEqual({ page: 'job-disputes', name: 'tires-0-labels', query: '' })
  })

  it('what a form begins with is in the query', () => {
    const route = parseRoute('#/new-batch?dataset=sample-train&class=Tire&class=Person')
    expect(route?.page).toBe('new-batch')
    expect(route?.query.getAll('class')).toEqual(['Tire', 'Person'])
  })

  it('an address that no page has is recognized', () => {
    expect(read('#/batches/tires-0/more')).toBeUndefined()
    expect(read('#/nothing')).toBeUndefined()
  })

  it('a name that is not encoded well stays as it is', () => {
    expect(read('#/batches/%E0%A4%A')).toEqual({ page: 'batch', name: '%E0%A4%A', query: '' })
  })

  it('an address leads back to what it was made of', () => {
    const hash = linkTo('new-batch', '', { dataset: 'sample-train', class: ['Tire', 'Fish & chips'] })
    const route = parseRoute(hash)
    expect(route?.query.get('dataset')).toBe('sample-train')
    expect(route?.query.getAll('class')).toEqual(['Tire', 'Fish & chips'])
    expect(read(linkTo('worker', 'a/b?c'))).toEqual({ page: 'worker', name: 'a/b?c', query: '' })
  })

  it('values that are undefined are left out of an address', () => {
    expect(linkTo('new-job', '', { batch: undefined })).toBe('#/new-job')
  })
})
