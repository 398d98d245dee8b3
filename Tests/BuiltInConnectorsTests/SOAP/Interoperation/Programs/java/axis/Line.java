// One line of an order, which may have parts of its own.

import java.math.BigDecimal;
import java.util.Calendar;

public class Line {
    private String sku;
    private int quantity;
    private BigDecimal price;
    private Line[] parts;
    private Calendar since;
    private byte[] scan;

    public String getSku() { return sku; }
    public void setSku(String value) { sku = value; }
    public int getQuantity() { return quantity; }
    public void setQuantity(int value) { quantity = value; }
    public BigDecimal getPrice() { return price; }
    public void setPrice(BigDecimal value) { price = value; }
    public Line[] getParts() { return parts; }
    public void setParts(Line[] value) { parts = value; }
    public Calendar getSince() { return since; }
    public void setSince(Calendar value) { since = value; }
    public byte[] getScan() { return scan; }
    public void setScan(byte[] value) { scan = value; }
}
