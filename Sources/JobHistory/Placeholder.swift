import GRDB
import Foundation

