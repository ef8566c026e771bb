import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'

const { dependOnRoutes } = createRequire(import.meta.url)('../../deploy/depend-on-routes.cjs')

const route = (key: string) => ({ Type: 'AWS::ApiGatewayV2::Route', Properties: { RouteKey: key } })
const stage = (...keys: string[]) => ({
  Type: 'AWS::ApiGatewayV2::Stage',
  Properties: { RouteSettings: Object.fromEntries(keys.map((key) => [key, { ThrottlingRateLimit: 1 }])) },
})
const ROUTES = { Health: route('ANY /health'), Default: route('$default'), Batches: route('ANY /v1/batches') }

describe('dependOnRoutes', () => {
  it('makes the stage depend on the routes that it has settings for, and on no other', () => {
    const changed = dependOnRoutes({ ...ROUTES, Stage: stage('ANY /health', '$default') })
    expect(changed.Stage.DependsOn).toEqual(['Health', 'Default'])
  })

  it.each([
    ['LogGroup', ['LogGroup', 'Health']],
    [
      ['LogGroup', 'Other'],
      ['LogGroup', 'Other', 'Health'],
    ],
  ])('keeps what the stage depended on: %j', (before, after) => {
    const Stage = { ...stage('ANY /health'), DependsOn: before }
    expect(dependOnRoutes({ ...ROUTES, Stage }).Stage.DependsOn).toEqual(after)
  })

  it('leaves a stage without such settings and all other resources as they are', () => {
    const Stage = { Type: 'AWS::ApiGatewayV2::Stage', Properties: {}, DependsOn: ['LogGroup'] }
    expect(dependOnRoutes({ ...ROUTES, Stage })).toEqual({ ...ROUTES, Stage })
  })

  it('throws when the stage has settings for a route that does not exist, which API Gateway would refuse', () => {
    expect(() => dependOnRoutes({ ...ROUTES, Stage: stage('ANY /docs') })).toThrow('ANY /docs')
  })

  it('changes nothing in place', () => {
    const template = { ...ROUTES, Stage: stage('ANY /health') }
    const before = structuredClone(template)
    dependOnRoutes(template)
    expect(template).toEqual(before)
  })
})
