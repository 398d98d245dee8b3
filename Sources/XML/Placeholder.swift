import CLibXML2
import Foundation
let x = xmlCheckVersion
