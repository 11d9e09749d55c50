import './zod-messages'

export { zodResolver } from '@hookform/resolvers/zod'
