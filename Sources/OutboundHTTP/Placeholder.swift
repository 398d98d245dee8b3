import AsyncHTTPClient
import Foundation

