import { lazy } from 'react'

/** The inputs of a deal for pages that mostly show it: they come with the first edit. */
export const CompanyPicker = lazy(() => import('./deal-inputs').then((m) => ({ default: m.CompanyPicker })))
export const ContactPicker = lazy(() => import('./deal-inputs').then((m) => ({ default: m.ContactPicker })))
export const OwnerPicker = lazy(() => import('./deal-inputs').then((m) => ({ default: m.OwnerPicker })))
export const MoneyInput = lazy(() => import('./deal-inputs').then((m) => ({ default: m.MoneyInput })))
export const TagsInput = lazy(() => import('./deal-inputs').then((m) => ({ default: m.TagsInput })))
