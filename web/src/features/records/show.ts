/** How values that are stored in one form are shown in another, and read back from what people type. */
export * from '@/shared/lib/contact-details'
