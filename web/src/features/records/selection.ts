export * from '@/shared/lib/selection'
